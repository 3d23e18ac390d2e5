import { useMemo, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/client';
import { shortId } from '../../components/format';
import { statusText } from '../../components/StatusLabel';
import { wavesOf } from './rules';

type Migration = Backup['Migration'];

/** The sign in each cell: colour alone does not tell everyone the status. */
const SIGNS: Record<Migration['status'], string> = { pending: '', backing_up: '↥', running: '▸', waiting: '↻', completed: '✓', failed: '!', skipped: '–', cancelled: '×' };
const DONE: Migration['status'][] = ['completed', 'failed', 'skipped', 'cancelled'];
/** Up to this many tenants, cells have room for names. */
const ROOMY = 40;

interface BoardProps {
  migrations: Migration[];
  selected?: string;
  onSelect: (tenantId: string) => void;
  /** Tenants that are not meant are dimmed. */
  isMeant: (migration: Migration) => boolean;
}

const nameOf = (migration: Migration) => migration.tenant_name ?? shortId(migration.tenant_id);

/** Each tenant of a campaign as a cell, by wave. One Tab stop; the arrow keys move between cells. */
export function Board({ migrations, selected, onSelect, isMeant }: BoardProps) {
  const { t } = useTranslation();
  const board = useRef<HTMLDivElement>(null);
  const waves = useMemo(() => wavesOf(migrations), [migrations]);
  const isRoomy = migrations.length <= ROOMY;
  const tabStop = selected ?? waves[0]?.cells[0]?.tenant_id;

  function move(event: KeyboardEvent) {
    const cells = [...board.current!.querySelectorAll<HTMLButtonElement>('.tn-cell')];
    const now = cells.indexOf(document.activeElement as HTMLButtonElement);
    if (now < 0) return;
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, ArrowDown: below(cells, now, 1), ArrowUp: below(cells, now, -1), Home: 0, End: cells.length - 1 }[event.key];
    const cell = next === undefined ? undefined : cells[next];
    if (!cell) return;
    event.preventDefault();
    cell.focus();
    onSelect(cell.dataset.tenant!);
  }

  return (
    <div ref={board} className="tn-board" data-roomy={isRoomy || undefined} onKeyDown={move}>
      {waves.map(({ number, cells }) => (
        <section key={number} className="tn-wave" data-canaries={number === 0 || undefined} aria-labelledby={`wave-${number}`}>
          <div className="tn-wave__head">
            <h3 id={`wave-${number}`}>{number === 0 ? t('campaigns.board.canaries', { count: cells.length }) : t('campaigns.board.wave', { number })}</h3>
            <span>{t('campaigns.board.of', { done: cells.filter(({ status }) => DONE.includes(status)).length, total: cells.length })}</span>
          </div>
          <div className="tn-wave__cells">
            {cells.map((migration) => {
              const label = t('campaigns.board.cell', { name: nameOf(migration), status: statusText(migration.status) });
              return (
                <button
                  key={migration.id}
                  type="button"
                  className="tn-cell"
                  data-status={migration.status}
                  data-tenant={migration.tenant_id}
                  data-dimmed={!isMeant(migration)}
                  aria-label={label}
                  title={label}
                  aria-pressed={migration.tenant_id === selected}
                  tabIndex={migration.tenant_id === tabStop ? 0 : -1}
                  onClick={() => onSelect(migration.tenant_id)}
                >
                  <span aria-hidden="true">{SIGNS[migration.status]}</span>
                  {isRoomy && <span className="tn-cell__name">{nameOf(migration)}</span>}
                </button>
              );
            })}
          </div>
        </section>
      ))}
    </div>
  );
}

/** The index of the nearest cell in the next row of cells, in a direction. */
function below(cells: HTMLElement[], from: number, direction: 1 | -1): number | undefined {
  const { left, top } = cells[from]!.getBoundingClientRect();
  let row: number | undefined;
  let nearest: number | undefined;
  let distance = Infinity;
  for (let index = from + direction; index >= 0 && index < cells.length; index += direction) {
    const cell = cells[index]!.getBoundingClientRect();
    if (Math.abs(cell.top - top) < 2) continue;
    row ??= cell.top;
    if (Math.abs(cell.top - row) >= 2) break;
    if (Math.abs(cell.left - left) < distance) {
      distance = Math.abs(cell.left - left);
      nearest = index;
    }
  }
  return nearest;
}
