//! The bytes of a file as a stream, for the worker.

use std::io::{self, Read};

use holdfast_drive::{Content, limits::READ_BYTES};

pub(super) struct ContentReader<'a> {
    content: &'a Content,
    at: u64,
    held: Vec<u8>,
    taken: usize,
}

impl<'a> ContentReader<'a> {
    pub(super) fn new(content: &'a Content) -> Self {
        Self { content, at: 0, held: Vec::new(), taken: 0 }
    }
}

impl Read for ContentReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.held.len() && self.at < self.content.size() {
            let end = self.content.size().min(self.at + READ_BYTES);
            self.held = self.content.read_range(self.at..end).map_err(io::Error::other)?;
            self.taken = 0;
            self.at = end;
        }
        let count = out.len().min(self.held.len() - self.taken);
        out[..count].copy_from_slice(&self.held[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
