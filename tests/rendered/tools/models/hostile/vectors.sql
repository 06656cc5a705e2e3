create extension vector schema extensions;
create table documents (
    id bigint generated always as identity primary key,
    body text not null,
    embedding extensions.vector(3),
    small extensions.halfvec(3) not null default '[0,0,0]',
    sparse extensions.sparsevec(5),
    any_length extensions.vector,
    several extensions.vector(3)[]
);
create index documents_embedding_idx on documents
    using hnsw (embedding extensions.vector_cosine_ops) with (m = 8, ef_construction = 32);
create index on documents using ivfflat (small extensions.halfvec_l2_ops) with (lists = 4);
insert into documents (body, embedding, small, sparse, any_length, several) values
    ('a', '[1,2.5,-3]', '[0.5,1,2]', '{1:1.5,3:2}/5', '[1]', array['[1,2,3]']::extensions.vector[]),
    ('b', null, default, null, null, null);
