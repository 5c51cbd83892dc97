DROP TABLE access_review;
