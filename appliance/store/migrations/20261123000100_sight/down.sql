DROP TABLE visibility_rule;
DROP TABLE tag_member;
DROP TABLE tag;
