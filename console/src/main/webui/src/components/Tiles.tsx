import type { ReactNode } from 'react';
import './tiles.css';

export const Tiles = ({ children }: { children: ReactNode }) => <div className="tn-figures">{children}</div>;

interface TileProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'success' | 'warning' | 'danger' | 'info';
  /** With onPress the tile is a button that filters what is below. */
  isPressed?: boolean;
  onPress?: () => void;
}

/** One figure with its name. */
export function Tile({ label, value, note, tone, isPressed, onPress }: TileProps) {
  const content = (
    <>
      <span className="tn-figure__label">{label}</span>
      <span className="tn-figure__value">{value}</span>
      {note && <span className="tn-figure__note">{note}</span>}
    </>
  );
  return onPress ? (
    <button type="button" className="tn-figure" data-tone={tone} aria-pressed={isPressed} onClick={onPress}>
      {content}
    </button>
  ) : (
    <div className="tn-figure" data-tone={tone}>
      {content}
    </div>
  );
}
