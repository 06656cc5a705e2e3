create table posts (id int primary key, title text);
create table tags (id int primary key, name text);
create table posts_tags (post_id int references posts on delete cascade, tag_id int references tags, primary key (post_id, tag_id));
create table post_authors (post_id int not null references posts, author_id uuid not null references auth.users, primary key (post_id, author_id));
create table likes (post_id int references posts, tag_id int references tags, at timestamptz, primary key (post_id, tag_id));
create table related (post_id int references posts, other_id int references posts, primary key (post_id, other_id));
create table keyless_pairs (post_id int references posts, tag_id int references tags);
create schema wide;
create table wide.groups (a int, b int, primary key (a, b));
create table wide."groups posts" (ga int, gb int, post int references public.posts, primary key (ga, gb, post),
    foreign key (ga, gb) references wide.groups (a, b));
insert into posts values (1, 'a'), (2, 'b');
insert into tags values (1, 't');
insert into posts_tags values (1, 1), (2, 1);
