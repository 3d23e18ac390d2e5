import { sql, PostgreSQL } from '@codemirror/lang-sql';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

const token = (name: string) => `var(--pf-t--global--${name})`;

/** Colours by PatternFly's tokens, so that they follow the theme. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.typeName, tags.propertyName, tags.definition(tags.propertyName)], color: token('color--brand--default') },
  { tag: [tags.string, tags.number, tags.bool], color: token('text--color--status--success--default') },
  { tag: tags.comment, color: token('text--color--subtle'), fontStyle: 'italic' },
]);
const look = EditorView.theme({
  '&': { fontSize: '0.8125rem', backgroundColor: 'transparent', color: token('text--color--regular') },
  '.cm-scroller': { fontFamily: token('font--family--mono'), lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'transparent', color: token('text--color--subtle'), border: '0' },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'color-mix(in srgb, var(--pf-t--global--color--status--success--default) 14%, transparent) !important' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--pf-t--global--color--status--danger--default) 14%, transparent) !important' },
  '.cm-collapsedLines': { background: token('background--color--secondary--default'), color: token('text--color--subtle') },
});

const languageOf = (file: string): Extension => (/\.ya?ml$/.test(file) ? yaml() : /\.sql$/.test(file) ? sql({ dialect: PostgreSQL }) : []);

/** Narrower than this, a difference is shown in one column. */
const TWO_COLUMNS_PX = 800;

interface CodeViewProps {
  file: string;
  text: string;
  /** What it is compared with. */
  original?: string;
  label: string;
}

/** A file, or its difference from another version. */
export function CodeView({ file, text, original, label }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current!;
    // CodeMirror writes its styles into a <style> element, which the Content-Security-Policy refuses, except within a shadow root: there it uses a style sheet object.
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const extensions: Extension = [
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      syntaxHighlighting(colours),
      look,
      languageOf(file),
    ];
    const collapseUnchanged = { margin: 3, minSize: 6 };
    let view: { destroy(): void };
    if (original === undefined) {
      view = new EditorView({ parent: root, root, doc: text, extensions });
    } else if (element.clientWidth >= TWO_COLUMNS_PX) {
      view = new MergeView({ parent: root, root, a: { doc: original, extensions }, b: { doc: text, extensions }, collapseUnchanged, gutter: true });
    } else {
      view = new EditorView({ parent: root, root, doc: text, extensions: [extensions, unifiedMergeView({ original, mergeControls: false, collapseUnchanged })] });
    }
    return () => view.destroy();
  }, [file, text, original, label]);
  return <div ref={host} className="tn-editor" />;
}
