create table articles (
    id int primary key, title text not null, body text, author text, "createdAt" timestamptz default now(),
    score int, tags text[], data jsonb, deleted_at timestamptz, "a b" int
);
create index on articles (title);
create index on articles (lower(title));
create unique index articles_unique_live on articles (title, lower(author)) where deleted_at is null;
create index articles_covering on articles (author) include (title, score);
create index articles_desc on articles (score desc nulls last, "createdAt" desc, title asc nulls first);
create index articles_pattern on articles (title text_pattern_ops, author varchar_pattern_ops);
create index articles_collate on articles (title collate "C" desc);
create index articles_fts on articles using gin (to_tsvector('english'::regconfig, title || ' ' || coalesce(body, '')));
create index articles_json on articles ((data ->> 'kind'), ((data -> 'n')::int));
create index articles_brin on articles using brin ("createdAt") with (pages_per_range = 32, autosummarize = on);
create index articles_hash on articles using hash (author);
create index articles_fill on articles (score) with (fillfactor = 70);
create index articles_case on articles ((case when score > 5 then 'x:y' else '100%' end));
create unique index articles_nulls on articles (author, score) nulls not distinct;
create index "Articles: odd ""name""" on articles ("a b", ("a b" + 1)) where ("a b" > 1 and author <> ':x');
create index articles_expression_pattern on articles (lower(title) text_pattern_ops desc nulls last);
comment on index articles_fill is 'leaves room';
insert into articles (id, title) values (1, 'x');
