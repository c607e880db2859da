-- Which client a session is of, what its device calls itself, and when its user last did something.
alter table session add column client text collate "C" not null default '';
alter table session add column device text not null default '';
alter table session add column used bigint not null default 0;
