DROP TABLE audit_filter;
DROP TABLE audit_witness;
