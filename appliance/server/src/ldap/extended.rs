//! Extended operations: StartTLS, who am I, password modify, cancel.

use std::sync::Arc;

use super::{
    connection::{Bound, Connection, Ended},
    controls::Controls,
    message::{Extra, Outcome, answer, code, write_outcome},
    tree::Place,
};
use crate::rooms::Rooms;

pub const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
pub const WHO_AM_I: &str = "1.3.6.1.4.1.4203.1.11.3";
pub const PASSWORD_MODIFY: &str = "1.3.6.1.4.1.4203.1.11.1";
pub const CANCEL: &str = "1.3.6.1.1.8";

impl Connection {
    pub(super) async fn extended(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        oid: &[u8],
        value: Option<&[u8]>,
        controls: &Controls<'_>,
    ) -> Result<(), Ended> {
        match std::str::from_utf8(oid).unwrap_or_default() {
            START_TLS => self.start_tls(id).await,
            WHO_AM_I => self.who_am_i(id, rooms).await,
            PASSWORD_MODIFY => self.change_password(id, rooms, value, controls).await,
            CANCEL => self.cancel(id).await,
            _ => self.end(id, answer::EXTENDED, &Outcome::new(code::PROTOCOL_ERROR, "there is no such operation")).await,
        }
    }

    async fn start_tls(&mut self, id: i32) -> Result<(), Ended> {
        let extra = Extra { oid: Some(START_TLS), value: None };
        if self.wire.is_secure() {
            let outcome = Outcome::new(code::OPERATIONS_ERROR, "this is TLS already");
            write_outcome(&mut self.wire.out, id, answer::EXTENDED, &outcome, &extra, &[]);
            return Ok(self.wire.flush().await?);
        }
        write_outcome(&mut self.wire.out, id, answer::EXTENDED, &Outcome::success(), &extra, &[]);
        self.wire.flush().await?;
        Ok(self.wire.begin_tls(&self.tls).await?)
    }

    /// RFC 4532: empty for nobody.
    async fn who_am_i(&mut self, id: i32, rooms: &Rooms) -> Result<(), Ended> {
        let suffix = &rooms.book.suffix;
        let me = match &self.bound {
            Bound::Nobody => String::new(),
            Bound::Connector(connector) => format!("dn:cn={},ou=connectors,{suffix}", connector.name),
            Bound::Person { id, .. } | Bound::Holder { id, .. } => {
                let sight = rooms.book.sight(Arc::new(holdfast_directory::connectors::View::of_names()));
                let slot = sight.org.slot(*id).ok_or(Ended)?;
                format!("dn:{}", sight.name(Place::Person(slot)))
            }
        };
        let extra = Extra { oid: None, value: Some(me.as_bytes()) };
        write_outcome(&mut self.wire.out, id, answer::EXTENDED, &Outcome::success(), &extra, &[]);
        Ok(self.wire.flush().await?)
    }

    /// RFC 3909. Operations are done one after the other: what has not ended by itself was ended when this was seen coming.
    async fn cancel(&mut self, id: i32) -> Result<(), Ended> {
        let outcome = match self.canceled.take() {
            Some(_) => Outcome::success(),
            None => Outcome::new(code::NO_SUCH_OPERATION, "it has ended"),
        };
        self.end(id, answer::EXTENDED, &outcome).await
    }
}
