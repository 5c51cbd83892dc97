//! Tells callers that their batch is durable, on a thread of its own so that the lane goes on.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use holdfast_base::{CommitNo, Error, Result};

use super::{
    shared::{Shared, enter_own_thread},
    work::{Stamp, Work},
};
use crate::{limits, outbox::call_out};

/// One batch, in commit order.
pub(super) struct Notice {
    pub(super) works: Vec<(Box<dyn Work>, Result<Stamp>)>,
    /// The new head, when the batch wrote something.
    pub(super) head: Option<CommitNo>,
}

pub(super) fn start(shared: Arc<Shared>) -> Result<(Sender<Notice>, std::thread::JoinHandle<()>)> {
    let (to, notices) = bounded(limits::NOTICES);
    let thread = std::thread::Builder::new().name("ledger-notifier".to_owned()).spawn(move || run(&shared, &notices));
    Ok((to, thread.map_err(Error::internal("start the ledger's notifier"))?))
}

fn run(shared: &Shared, notices: &Receiver<Notice>) {
    enter_own_thread();
    for notice in notices {
        for (work, outcome) in notice.works {
            call_out("done", || work.finish(outcome));
        }
        if let Some(head) = notice.head {
            shared.on_commit.read().iter().for_each(|listener| call_out("on_commit", || listener(head)));
        }
    }
    // They may hold this ledger.
    shared.on_commit.write().clear();
}
