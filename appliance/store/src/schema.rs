//! All diesel tables, one section per slice.
