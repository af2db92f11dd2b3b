-- depends: 0002.processors

-- What waits for a processor, few among all registrations, for who has it follow that one to another address.
create index state_requests on state (key) where kind = 'intake' and document ->> 'answer' in ('requested', 'held');
