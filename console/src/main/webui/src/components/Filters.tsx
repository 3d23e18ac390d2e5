import { Button, InputGroup, InputGroupItem, InputGroupText, MenuToggle, SearchInput, Select, SelectList, SelectOption, TextInput, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../i18n';
import { localTime } from './format';
import { statusText } from './StatusLabel';

export type Filter =
  | { key: string; label: string; kind: 'text' }
  /** A point in time, RFC 3339 in the URL, local time on the page. */
  | { key: string; label: string; kind: 'time' }
  /** One of several values; `text` says how a value is shown, as a status if omitted. If it is required, one is always chosen. */
  | { key: string; label: string; kind: 'choice'; options: readonly string[]; text?: (value: string) => string; isRequired?: boolean };

interface FiltersProps {
  filters: Filter[];
  /** The search parameters of the URL. */
  values: object;
  /** Sets search parameters; undefined removes one. */
  onChange: (change: Record<string, string | undefined>) => void;
  actions?: ReactNode;
}

/** Filters of a list. Their values are in the URL, so that a list can be bookmarked, sent and opened in a new tab. */
export function Filters({ filters, values, onChange, actions }: FiltersProps) {
  const { t } = useTranslation();
  const valueOf = (key: string) => (values as Record<string, string | undefined>)[key];
  const isFiltered = filters.some((filter) => valueOf(filter.key) !== undefined && !(filter.kind === 'choice' && filter.isRequired));
  return (
    <Toolbar className="tn-filters" inset={{ default: 'insetNone' }}>
      <ToolbarContent>
        <ToolbarGroup variant="filter-group" gap={{ default: 'gapSm' }} rowWrap={{ default: 'wrap' }}>
          {filters.map((filter) => (
            <ToolbarItem key={filter.key}>
              {filter.kind === 'time' ? (
                <TimeFilter label={filter.label} value={valueOf(filter.key)} onChange={(value) => onChange({ [filter.key]: value })} />
              ) : filter.kind === 'text' ? (
                <TextFilter label={filter.label} value={valueOf(filter.key) ?? ''} onChange={(value) => onChange({ [filter.key]: value || undefined })} />
              ) : (
                <ChoiceFilter {...filter} value={valueOf(filter.key)} onChange={(value) => onChange({ [filter.key]: value })} />
              )}
            </ToolbarItem>
          ))}
          {isFiltered && (
            <ToolbarItem alignSelf="center">
              <Button variant="link" isInline onClick={() => onChange(Object.fromEntries(filters.map(({ key }) => [key, undefined])))}>
                {t('common.clearFilters')}
              </Button>
            </ToolbarItem>
          )}
        </ToolbarGroup>
        {actions && <ToolbarGroup align={{ default: 'alignEnd' }}>{actions}</ToolbarGroup>}
      </ToolbarContent>
    </Toolbar>
  );
}

const TYPING_MS = 300;

function TextFilter({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [edited, setEdited] = useState<string>();
  useEffect(() => {
    if (edited === undefined) return;
    const timer = setTimeout(() => {
      onChange(edited.trim());
      setEdited(undefined);
    }, TYPING_MS);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new function at each rendering must not start the time again
  }, [edited]);
  return (
    <SearchInput
      placeholder={label}
      aria-label={label}
      value={edited ?? value}
      onChange={(_, text) => setEdited(text)}
      onClear={() => {
        setEdited(undefined);
        onChange('');
      }}
    />
  );
}

function TimeFilter({ label, value, onChange }: { label: string; value?: string; onChange: (value: string | undefined) => void }) {
  return (
    <InputGroup>
      <InputGroupText>{label}</InputGroupText>
      <InputGroupItem>
        <TextInput type="datetime-local" aria-label={label} value={localTime(value)} onChange={(_, text) => onChange(text ? new Date(text).toISOString() : undefined)} />
      </InputGroupItem>
    </InputGroup>
  );
}

interface ChoiceFilterProps {
  label: string;
  options: readonly string[];
  text?: (value: string) => string;
  isRequired?: boolean;
  value?: string;
  onChange: (value: string | undefined) => void;
}

const ANY = '';

function ChoiceFilter({ label, options, text = statusText, isRequired = false, value, onChange }: ChoiceFilterProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Select
      isOpen={isOpen}
      selected={value ?? ANY}
      onOpenChange={setOpen}
      onSelect={(_, chosen) => {
        setOpen(false);
        onChange(chosen === ANY ? undefined : String(chosen));
      }}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={value ? `${label}: ${text(value)}` : label}>
          {value ? `${label}: ${text(value)}` : label}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={label}>
        {!isRequired && <SelectOption value={ANY}>{textOf('common.all')}</SelectOption>}
        {options.map((option) => (
          <SelectOption key={option} value={option}>
            {text(option)}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
