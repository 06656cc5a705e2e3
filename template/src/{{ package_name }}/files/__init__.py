"""Files of the caller in Supabase Storage: `/files`.

The template's: `copier update` moves it. It imports the front door of `supabase/`.
"""
