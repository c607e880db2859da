-- Accounts of those who have left, second factors, and links that are handed out.

-- Whoever has left does not sign in; projected from her row, like the role.
alter table account add column closed integer not null default 0;

-- When somebody last showed her second factor on this client.
alter table client add column proven integer not null default 0;

create table second_factor (
    centre text not null,
    user_id text not null,
    -- What her codes are made from; nothing until she has shown that she can make them.
    secret text not null default '',
    -- The one she is just setting up.
    pending text not null default '',
    -- The step of the last code that was taken: each is good once.
    last_step integer not null default 0,
    primary key (centre, user_id),
    foreign key (centre, user_id) references account (centre, user_id)
) strict, without rowid;

create table recovery_code (
    centre text not null,
    user_id text not null,
    digest text not null,
    primary key (centre, user_id, digest),
    foreign key (centre, user_id) references account (centre, user_id)
) strict, without rowid;

-- A link of somebody's own: an invitation that ends, or the way in of a school.
create table link (
    -- The digest of its token; the token itself is only in the link.
    digest text not null primary key,
    centre text not null references centre (id),
    user_id text not null,
    created integer not null,
    until integer,
    unique (centre, user_id)
) strict, without rowid;
