-- A second wall between practices, for roles that own nothing: whoever writes has said in this transaction whose rows these are, and a
-- statement that forgets its practice meets no others. `portal.practices` and `portal.accounts` list ids; zeros stand for what belongs to
-- no practice. `portal.door` is how somebody comes in who knows no practice. The owner of the tables stands inside.

CREATE FUNCTION practices_in_reach() RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF coalesce(current_setting('portal.practices', true), '') = '' THEN
        RAISE insufficient_privilege USING MESSAGE = 'this transaction has not said whose rows it is about';
    END IF;
    RETURN current_setting('portal.practices')::uuid[];
END $$;

CREATE FUNCTION accounts_in_reach() RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('portal.accounts', true), ''), '{}')::uuid[]
$$;

CREATE FUNCTION came_by(door text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('portal.door', true), '') = door
$$;

-- Of an address in every practice, held until the transaction ends. Only their number leaves.
CREATE FUNCTION open_invitations(address text) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(*) FROM (SELECT id FROM invitation WHERE email_key = address AND state = 'open' ORDER BY id FOR SHARE) AS held
$$;

DO $$
DECLARE
    wall record;
    inside text;
    name text;
BEGIN
    -- What is worked out from the list is written by its triggers alone, as the owner.
    FOREACH name IN ARRAY ARRAY['person_counts()', 'person_is_found()', 'person_is_found_otherwise()', 'open_invitations(text)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', name, current_schema());
    END LOOP;
    FOREACH name IN ARRAY ARRAY['tally', 'person_letters'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY are_read ON %I FOR SELECT USING (true)', name);
    END LOOP;
    -- Of each table: whose its rows are, who else may change them, and whether nobody but their practice reads them.
    FOR wall IN SELECT * FROM (VALUES
        ('practice', 'id', '', false),
        ('member', 'practice', '', false),
        ('role_definition', 'practice', '', false),
        ('employee', 'practice', '', true),
        ('invitation', 'practice', '', false),
        ('registration', 'practice', '', false),
        ('password_link', 'coalesce(practice, uuid_nil)', '', false),
        ('code_word', 'practice', '', true),
        ('session', 'coalesce(practice, uuid_nil)',
            'OR account = ANY ((SELECT accounts_in_reach())::uuid[]) OR (SELECT came_by(''visit''))', false),
        ('api_key', 'practice', '', false),
        ('claim', 'practice', '', false),
        ('budget', 'practice', '', true),
        ('notice', 'coalesce(practice, uuid_nil)', 'OR (SELECT came_by(''relay''))', false),
        ('person', 'practice',
            'OR account = ANY ((SELECT accounts_in_reach())::uuid[]) OR (SELECT came_by(''relay''))', false),
        ('quote', 'practice', '', false),
        ('purchase', 'practice', '', false),
        ('subscription', 'practice', '', false),
        ('invoice', 'practice', '', false),
        ('import', 'practice', 'OR (SELECT came_by(''imports''))', true),
        ('import_text', 'practice', 'OR (SELECT came_by(''imports''))', true),
        ('import_outcome', 'practice', 'OR (SELECT came_by(''imports''))', true),
        ('audit', 'log', '', false)
    ) AS tables (name, whose, also, hidden) LOOP
        inside := format('%s = ANY ((SELECT practices_in_reach())::uuid[]) %s OR (SELECT came_by(''archive''))',
            replace(wall.whose, 'uuid_nil', '''00000000-0000-0000-0000-000000000000''::uuid'), wall.also);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', wall.name);
        EXECUTE format('CREATE POLICY are_read ON %I FOR SELECT USING (%s)', wall.name,
            CASE WHEN wall.hidden THEN inside ELSE 'true' END);
        EXECUTE format('CREATE POLICY come ON %I FOR INSERT WITH CHECK (%s)', wall.name, inside);
        IF wall.name <> 'audit' THEN
            EXECUTE format('CREATE POLICY change ON %I FOR UPDATE USING (%s)', wall.name, inside);
            EXECUTE format('CREATE POLICY go ON %I FOR DELETE USING (%s)', wall.name, inside);
        END IF;
    END LOOP;
END $$;
