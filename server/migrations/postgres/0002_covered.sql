-- The last command of each client that a verified backup holds.
alter table client add column covered bigint not null default 0;
