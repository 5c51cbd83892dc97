//! Bytes of one connection: whole frames in, answers out, TLS begun at once or in between.

use std::{future::poll_fn, io, pin::Pin, task::Poll, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    ber::{self, Writer},
    limits,
};

/// Bytes that are read at once.
const READ_BYTES: usize = 16 << 10;

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// Between the two, or after a handshake that failed.
    Gone,
}

pub(super) struct Wire {
    stream: Stream,
    input: Vec<u8>,
    pub(super) out: Writer,
}

/// What comes next.
pub(super) enum Incoming {
    Frame(Vec<u8>),
    /// The client went away, or the connection broke.
    Closed,
    /// Nothing came for too long.
    Idle,
    /// No LDAP, or more of it than is taken.
    Malformed,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream: Stream::Plain(stream), input: Vec::new(), out: Writer::default() }
    }

    pub(super) fn is_secure(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// What was sent in the clear and not read yet is thrown away: it would pass as sent under TLS.
    pub(super) async fn begin_tls(&mut self, acceptor: &TlsAcceptor) -> io::Result<()> {
        self.input.clear();
        let Stream::Plain(stream) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let agreed = timeout(limits::HANDSHAKE, acceptor.accept(stream)).await;
        self.stream = Stream::Tls(Box::new(agreed.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??));
        Ok(())
    }

    /// Waits for a whole frame of at most `most` bytes; `idle` for its first one.
    pub(super) async fn next(&mut self, most: usize, idle: Duration) -> Incoming {
        loop {
            match ber::frame(&self.input, most) {
                Err(_) => return Incoming::Malformed,
                Ok(Some(length)) => return Incoming::Frame(self.take(length)),
                Ok(None) => {}
            }
            let patience = if self.input.is_empty() { idle } else { limits::ARRIVAL };
            match timeout(patience, self.read()).await {
                Err(_) if self.input.is_empty() => return Incoming::Idle,
                Err(_) | Ok(Ok(0) | Err(_)) => return Incoming::Closed,
                Ok(Ok(_)) => {}
            }
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        if length == self.input.len() {
            return std::mem::take(&mut self.input);
        }
        self.input.drain(..length).collect()
    }

    async fn read(&mut self) -> io::Result<usize> {
        self.input.reserve(READ_BYTES);
        match &mut self.stream {
            Stream::Plain(stream) => stream.read_buf(&mut self.input).await,
            Stream::Tls(stream) => stream.read_buf(&mut self.input).await,
            Stream::Gone => Ok(0),
        }
    }

    /// Takes what has arrived meanwhile, without waiting; false when the client has gone.
    pub(super) async fn look(&mut self) -> bool {
        if self.input.len() >= limits::MESSAGE_BYTES {
            return true;
        }
        let mut space = [0u8; 1024];
        let mut buffer = ReadBuf::new(&mut space);
        let stream = &mut self.stream;
        let state = poll_fn(|context| {
            Poll::Ready(match stream {
                Stream::Plain(stream) => Pin::new(stream).poll_read(context, &mut buffer),
                Stream::Tls(stream) => Pin::new(stream).poll_read(context, &mut buffer),
                Stream::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            })
        });
        match state.await {
            Poll::Pending => true,
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                self.input.extend_from_slice(buffer.filled());
                true
            }
            Poll::Ready(_) => false,
        }
    }

    /// Whole frames that wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.input.as_slice();
        std::iter::from_fn(move || {
            let length = ber::frame(rest, limits::MESSAGE_BYTES).ok()??;
            let (frame, behind) = rest.split_at_checked(length)?;
            rest = behind;
            Some(frame)
        })
    }

    /// Sends what was written. An error ends the connection.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let bytes = self.out.bytes();
        let sent = match &mut self.stream {
            Stream::Plain(stream) => timeout(limits::WRITE, stream.write_all(bytes)).await,
            Stream::Tls(stream) => {
                let both = async {
                    stream.write_all(bytes).await?;
                    stream.flush().await
                };
                timeout(limits::WRITE, both).await
            }
            Stream::Gone => return Err(io::ErrorKind::NotConnected.into()),
        };
        self.out.clear();
        sent.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    pub(super) async fn close(&mut self) {
        // Whoever has gone already needs no goodbye.
        let _ = match &mut self.stream {
            Stream::Plain(stream) => timeout(limits::HANDSHAKE, stream.shutdown()).await,
            Stream::Tls(stream) => timeout(limits::HANDSHAKE, stream.shutdown()).await,
            Stream::Gone => return,
        };
    }
}
