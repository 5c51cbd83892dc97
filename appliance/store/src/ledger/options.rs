//! How RocksDB is set up. Values are ciphertext, so nothing is compressed.

use std::path::Path;

use rocksdb::{BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, DBRecoveryMode, LogLevel, Options};

use super::table::{Preset, Table};

/// The ledger's share of the memory budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerOptions {
    /// Blocks, indexes and filters in memory, over all tables.
    pub cache_bytes: usize,
    /// Rows not yet in files, over all tables.
    pub write_buffer_bytes: usize,
    pub open_files: i32,
    /// Threads for flush and compaction.
    pub background_threads: i32,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self { cache_bytes: 128 << 20, write_buffer_bytes: 64 << 20, open_files: 1_024, background_threads: 2 }
    }
}

impl LedgerOptions {
    /// Splits a share of `memory_bytes`: two thirds for reading, one third for writing.
    pub fn within(memory_bytes: usize) -> Self {
        let write_buffer_bytes = (memory_bytes / 3).max(LEAST_BYTES);
        let cache_bytes = memory_bytes.saturating_sub(write_buffer_bytes).max(LEAST_BYTES);
        Self { cache_bytes, write_buffer_bytes, ..Self::default() }
    }
}

/// Below this RocksDB spends its time flushing.
const LEAST_BYTES: usize = 8 << 20;
/// Values from here on stand in blob files (`Preset::Blob`).
const BLOB_BYTES: u64 = 4 << 10;
const BLOB_FILE_BYTES: u64 = 64 << 20;
const LOG_FILES: usize = 4;
const LOG_FILE_BYTES: usize = 1 << 20;
/// The write-ahead log is cut by flushing when it is larger.
const WAL_BYTES: u64 = 256 << 20;
/// RocksDB would take 4 MiB of a full disk for a file of a few kilobytes.
const MANIFEST_BYTES: usize = 64 << 10;
const BLOOM_BITS: f64 = 10.0;

pub(super) fn database(folder: &Path, options: &LedgerOptions) -> Options {
    let mut db = Options::default();
    db.create_if_missing(true);
    db.create_missing_column_families(true);
    // Up to the first torn record and no further: what was synced is whole, what was not was never acknowledged.
    db.set_wal_recovery_mode(DBRecoveryMode::PointInTime);
    db.set_track_and_verify_wals_in_manifest(true);
    db.set_db_write_buffer_size(options.write_buffer_bytes);
    db.set_max_total_wal_size(WAL_BYTES);
    db.set_manifest_preallocation_size(MANIFEST_BYTES);
    db.set_max_background_jobs(options.background_threads.max(2));
    db.set_max_open_files(options.open_files);
    db.set_bytes_per_sync(1 << 20);
    // One writer: no need for the machinery of many.
    db.set_allow_concurrent_memtable_write(false);
    db.set_enable_write_thread_adaptive_yield(false);
    // RocksDB's own log: small, warnings only, no statistics. Keys in it are ids; values never appear.
    db.set_db_log_dir(folder.join("log"));
    db.set_log_level(LogLevel::Warn);
    db.set_keep_log_file_num(LOG_FILES);
    db.set_max_log_file_size(LOG_FILE_BYTES);
    db.set_stats_dump_period_sec(0);
    db.set_stats_persist_period_sec(0);
    db
}

pub(super) fn tables(tables: &[Table], options: &LedgerOptions) -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(options.cache_bytes);
    let mut families: Vec<_> =
        tables.iter().map(|table| ColumnFamilyDescriptor::new(table.name, family(table.preset, &cache, options))).collect();
    // RocksDB insists on this one; it stays empty.
    families.push(ColumnFamilyDescriptor::new("default", family(Preset::Random, &cache, options)));
    families
}

fn family(preset: Preset, cache: &Cache, options: &LedgerOptions) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_bloom_filter(BLOOM_BITS, false);
    blocks.set_cache_index_and_filter_blocks(true);
    blocks.set_pin_l0_filter_and_index_blocks_in_cache(true);
    blocks.set_optimize_filters_for_memory(true);
    blocks.set_block_size(match preset {
        Preset::Sequential => 16 << 10,
        Preset::Random | Preset::Blob => 4 << 10,
    });
    let mut family = Options::default();
    family.set_block_based_table_factory(&blocks);
    family.set_compression_type(DBCompressionType::None);
    family.set_write_buffer_size((options.write_buffer_bytes / 4).max(1 << 20));
    if preset == Preset::Blob {
        family.set_enable_blob_files(true);
        family.set_min_blob_size(BLOB_BYTES);
        family.set_blob_file_size(BLOB_FILE_BYTES);
        family.set_blob_compression_type(DBCompressionType::None);
        family.set_enable_blob_gc(true);
    }
    family
}
