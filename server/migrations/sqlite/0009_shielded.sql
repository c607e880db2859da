-- Whether the device of a session keeps the rows it is sent. Protected persons are for those that do not.
alter table session add column keeps integer not null default 1;
