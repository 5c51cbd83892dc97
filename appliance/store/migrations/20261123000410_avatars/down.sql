DROP TABLE avatar;
