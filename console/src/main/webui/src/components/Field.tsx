import { FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useId } from 'react';

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  help?: string;
  isRequired?: boolean;
  /** Why the value is invalid; nothing while it is valid or empty. */
  problem?: string;
  type?: 'text' | 'number' | 'password' | 'url' | 'datetime-local';
  /** Values to choose from, instead of a text. */
  options?: { value: string; label: string }[];
  isFocused?: boolean;
}

/** A labelled text or choice in a form. */
export function Field({ label, value, onChange, help, isRequired, problem, type = 'text', options, isFocused }: FieldProps) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired}>
      {options ? (
        <FormSelect id={id} value={value} onChange={(_, chosen) => onChange(chosen)}>
          {options.map((option) => (
            <FormSelectOption key={option.value} value={option.value} label={option.label} />
          ))}
        </FormSelect>
      ) : (
        <TextInput
          id={id}
          type={type}
          value={value}
          onChange={(_, text) => onChange(text)}
          isRequired={isRequired}
          validated={problem ? 'error' : 'default'}
          autoComplete="off"
          spellCheck={false}
          autoFocus={isFocused}
          aria-describedby={`${id}-help`}
        />
      )}
      {(problem ?? help) && (
        <FormHelperText>
          <HelperText id={`${id}-help`}>
            <HelperTextItem variant={problem ? 'error' : 'default'}>{problem ?? help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
