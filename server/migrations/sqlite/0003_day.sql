-- The day a row belongs to, if it belongs to one: older days are read when somebody looks at them.
alter table row add column day text;
update row set day = coalesce(body ->> 'day', body ->> 'date')
where deleted = 0 and kind in ('exception', 'day-off', 'mark', 'order', 'tick', 'menu');
create index row_by_day on row (centre, day) where day is not null;
