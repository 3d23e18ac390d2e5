-- Data of a blueprint that depends on the moment or on chance is made in each tenant, not cloned.
ALTER TABLE control_plane.blueprints ADD COLUMN own_data_from text;
COMMENT ON COLUMN control_plane.blueprints.own_data_from IS
  'The first migration whose data depends on the moment or on chance; empty if none does, null until that was looked for';

-- For backup-service, which plans the way from one version to another.
ALTER TABLE control_plane.blueprints ADD COLUMN out_of_order boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN control_plane.blueprints.out_of_order IS
  'From blueprint.yaml: whether a tenant may be given a migration that is older than those it has had';
