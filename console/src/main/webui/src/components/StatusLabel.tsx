import { Label, Spinner, type LabelProps } from '@patternfly/react-core';
import { BanIcon, ClockIcon, PauseCircleIcon } from '@patternfly/react-icons';
import { humanise, textOf } from '../i18n';

type Look = Pick<LabelProps, 'color' | 'status' | 'icon'>;

const GOOD: Look = { status: 'success' };
const BAD: Look = { status: 'danger' };
const CAREFUL: Look = { status: 'warning' };
const BUSY: Look = { color: 'blue', icon: <Spinner size="sm" aria-hidden="true" aria-valuetext="" /> };
const WAITING: Look = { color: 'teal', icon: <ClockIcon /> };
const PAUSED: Look = { color: 'orange', icon: <PauseCircleIcon /> };
const OVER: Look = { color: 'grey', icon: <BanIcon /> };

const LOOKS: Record<string, Look> = {
  ...Object.fromEntries(['active', 'completed', 'passed', 'ours', 'up_to_date', 'intact', 'delivered', 'succeeded', 'success', 'healthy', 'current', 'answers', 'good', 'redriven'].map((status) => [status, GOOD])),
  ...Object.fromEntries(['failed', 'halted', 'lost', 'damaged', 'dead', 'disabled', 'unavailable', 'marker_missing', 'foreign', 'failure', 'refused', 'denied', 'error', 'no_backup', 'backup_failed', 'drill_failed'].map((status) => [status, BAD])),
  ...Object.fromEntries(['drifted', 'draining', 'unclaimed', 'other_store', 'same_as_primary', 'parked', 'missing', 'unexpected', 'changed', 'retired', 'not_drilled'].map((status) => [status, CAREFUL])),
  ...Object.fromEntries(['provisioning', 'rolling_back', 'running', 'deleting', 'backing_up', 'retrying'].map((status) => [status, BUSY])),
  ...Object.fromEntries(['pending', 'waiting', 'registered', 'scheduled', 'new'].map((status) => [status, WAITING])),
  ...Object.fromEntries(['suspended', 'paused'].map((status) => [status, PAUSED])),
  ...Object.fromEntries(['deleted', 'expired', 'shredded', 'cancelled', 'skipped', 'undone', 'revoked', 'ended', 'rotated', 'unused'].map((status) => [status, OVER])),
};

export const statusText = (status: string) => textOf(`status.${status}`) ?? humanise(status);

/** A status with the same colour, symbol and words everywhere. */
export function StatusLabel({ status, isCompact = true }: { status: string; isCompact?: boolean }) {
  return (
    <Label isCompact={isCompact} variant="outline" {...(LOOKS[status] ?? { color: 'grey' })} data-status={status}>
      {statusText(status)}
    </Label>
  );
}
