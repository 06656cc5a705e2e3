"""The bucket of files, and who may reach which of its objects"""

from alembic import op

revision = "c41a7e90d5b3"
down_revision = "3b7d05e9c1f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Storage reads this table for every file: it waits behind a migration that waits.
    op.execute("set local lock_timeout = '5s'")
    # A bucket of this name may be there already. A public one has no policy between its objects
    # and anybody: whoever made it public decides.
    op.execute("""
        do $$
        begin
            if exists (select from storage.buckets where id = 'files' and public) then
                raise exception 'the bucket "files" is public: make it private first';
            end if;
        end
        $$
    """)
    op.execute("""
        insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
        values (
            'files', 'files', false, 52428800,
            '{application/pdf,image/avif,image/gif,image/jpeg,image/png,image/webp,text/plain}'
        )
        on conflict (id) do update set
            file_size_limit = excluded.file_size_limit,
            allowed_mime_types = excluded.allowed_mime_types
    """)
    op.execute("""
        create policy "files: owners read" on storage.objects
        for select to authenticated
        using (bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text)
    """)
    op.execute("""
        create policy "files: owners add" on storage.objects
        for insert to authenticated
        with check (
            bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text
        )
    """)
    op.execute("""
        create policy "files: owners replace" on storage.objects
        for update to authenticated
        using (bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text)
        with check (
            bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text
        )
    """)
    op.execute("""
        create policy "files: owners delete" on storage.objects
        for delete to authenticated
        using (bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text)
    """)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for what in ("read", "add", "replace", "delete"):
        op.execute(f'drop policy "files: owners {what}" on storage.objects')
    # The bucket stays, and nobody but the service reaches what is in it: Storage alone deletes.
