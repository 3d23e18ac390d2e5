-- Who made and who changed a row; and when it changed, whoever forgets to say so.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

ALTER TABLE resellers ADD COLUMN created_by text, ADD COLUMN updated_by text, ADD COLUMN deleted_at timestamptz;
ALTER TABLE developers ADD COLUMN created_by text, ADD COLUMN updated_by text, ADD COLUMN deleted_at timestamptz;
ALTER TABLE merchants ADD COLUMN created_by text, ADD COLUMN updated_by text, ADD COLUMN deleted_at timestamptz;
ALTER TABLE stores ADD COLUMN created_by text, ADD COLUMN updated_by text, ADD COLUMN deleted_at timestamptz;
ALTER TABLE mids ADD COLUMN created_by text, ADD COLUMN updated_by text, ADD COLUMN deleted_at timestamptz;
ALTER TABLE customers ADD COLUMN created_by text, ADD COLUMN updated_by text, ADD COLUMN deleted_at timestamptz;

CREATE TRIGGER resellers_note_change BEFORE UPDATE ON resellers FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER developers_note_change BEFORE UPDATE ON developers FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER merchants_note_change BEFORE UPDATE ON merchants FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER stores_note_change BEFORE UPDATE ON stores FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER mids_note_change BEFORE UPDATE ON mids FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER customers_note_change BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION note_change();
