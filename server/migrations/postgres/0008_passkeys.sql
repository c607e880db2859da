-- Passkeys: keys with which somebody signs in instead of typing.

create table passkey (
    -- What the device calls the key: no two are alike, whosever they are.
    id text collate "C" not null primary key,
    centre text collate "C" not null,
    user_id text collate "C" not null,
    -- What she calls it.
    name text not null,
    -- Its public half and the count of its signatures, as JSON.
    credential text not null,
    created bigint not null,
    -- When she last signed in by it; nothing before the first time.
    used bigint,
    foreign key (centre, user_id) references account (centre, user_id)
);

create index passkey_by_user on passkey (centre, user_id);
