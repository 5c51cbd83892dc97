//! `holdfast-extract`: turns files into text, one after another, for whoever holds the other end of its standard input, which is a
//! Unix socket. Takes no arguments; started by the server (development) or by systemd for each connection (the package).

use std::{
    io::{self, stdin},
    os::{fd::AsFd, unix::net::UnixStream},
    process::ExitCode,
};

use holdfast_search::extract;

fn main() -> ExitCode {
    if run().is_err() {
        // Nobody reads our words: the caller sees that the socket closed.
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run() -> io::Result<()> {
    let mut socket = UnixStream::from(stdin().as_fd().try_clone_to_owned()?);
    extract::serve(&mut socket).map_err(io::Error::other)
}
