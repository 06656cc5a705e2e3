create table "2fa" (id int primary key, "2nd" text, "3" int, "4_" int);
create table "123" ("456" int primary key, "2fa_id" int references "2fa");
create type "9lives" as enum ('1', '2');
create table a_table_with_a_name_of_sixty_three_bytes_which_is_all_________b (
    id int primary key,
    a_column_with_a_name_of_sixty_three_bytes_which_is____________a int not null unique,
    a_column_with_a_name_of_sixty_three_bytes_which_is____________b int references a_table_with_a_name_of_sixty_three_bytes_which_is_all_________b,
    a_column_with_a_name_of_sixty_three_bytes_which_is____________c "9lives" default '1'
);
create table a_table_with_a_name_of_sixty_three_bytes_which_is_all_________c (
    id serial primary key,
    first_key_to_the_other_table_with_a_rather_long_name_indeed_id int references a_table_with_a_name_of_sixty_three_bytes_which_is_all_________b,
    second_key_to_the_other_table_with_a_rather_long_name_indeed_id int references a_table_with_a_name_of_sixty_three_bytes_which_is_all_________b
);
create index an_index_with_a_name_of_sixty_three_bytes_____________________i on a_table_with_a_name_of_sixty_three_bytes_which_is_all_________b (a_column_with_a_name_of_sixty_three_bytes_which_is____________a, a_column_with_a_name_of_sixty_three_bytes_which_is____________b);
create index on a_table_with_a_name_of_sixty_three_bytes_which_is_all_________b (a_column_with_a_name_of_sixty_three_bytes_which_is____________b);
insert into "2fa" values (1, 'x', 2, 3);
