//! The realtime door `/api/v1/ws`.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use holdfast_directory::Directory;
use holdfast_drive::Drive;
use holdfast_im::Im;

pub struct Hub;

impl Hub {
    pub fn open(_im: &Im, _drive: &Drive, _directory: &Directory) -> Arc<Self> {
        Arc::new(Self)
    }

    pub fn close(&self) {}
}

pub fn configure(_config: &mut ServiceConfig) {}
