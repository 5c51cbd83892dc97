//! The box as its users meet it, over REST, with a real token, real TLS and real files.

mod whole {
    mod administration;
    mod audit;
    mod conversations;
    mod drive;
    mod realtime;
    mod search;
    mod session;
    mod surface;
    mod webdav;
}
