import django.contrib.postgres.indexes
from django.db import migrations

import leads.grams

# The pairs of neighbouring characters of a text; the text itself where it has only one.
FUNCTION = """
CREATE FUNCTION leads_bigrams(given text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(given, place, 2)), '{}')
    FROM generate_series(1, greatest(char_length(given) - 1, 1)) AS place
$$
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_edited_fields")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION leads_bigrams(text)"),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(leads.grams.Bigrams("name"), name="contact_name_pairs"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(leads.grams.Bigrams("name_key"), name="customer_name_pairs"),
        ),
    ]
