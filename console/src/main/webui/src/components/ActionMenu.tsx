import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons';
import { useState } from 'react';

export interface Action {
  key: string;
  label: string;
  onClick: () => void;
  isDanger?: boolean;
  isDisabled?: boolean;
  description?: string;
}

interface ActionMenuProps {
  label: string;
  /** Shown instead of the three dots. */
  text?: string;
  isDisabled?: boolean;
  /** What the user may do. Nothing is shown if there is nothing. */
  actions: (Action | false)[];
}

/** Actions on a row or page behind three dots. */
export function ActionMenu({ label, text, isDisabled, actions }: ActionMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const offered = actions.filter((action) => action !== false);
  if (offered.length === 0) return null;
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right', appendTo: () => document.body }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant={text ? 'default' : 'plain'}
          isExpanded={isOpen}
          isDisabled={isDisabled}
          onClick={() => setOpen(!isOpen)}
          aria-label={text ?? label}
          icon={text ? undefined : <EllipsisVIcon />}
        >
          {text}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {offered.map(({ key, label: name, onClick, isDanger, isDisabled: isNotPossible, description }) => (
          <DropdownItem key={key} onClick={onClick} isDanger={isDanger} isDisabled={isNotPossible} description={description}>
            {name}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
