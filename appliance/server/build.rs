//! The client is embedded from `web/dist`, which `make web` builds. A checkout without it still compiles: the server then
//! serves no client, and says so at start.

fn main() {
    println!("cargo:rerun-if-changed=../web/dist");
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo:warning=could not make {}: {error}", dist.display());
    }
}
