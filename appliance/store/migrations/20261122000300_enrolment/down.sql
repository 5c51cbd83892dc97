DROP TABLE enrolment;
