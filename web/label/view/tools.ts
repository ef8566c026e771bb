import { html, nothing, type TemplateResult } from 'lit-html'
import type { Command } from '../drawing/commands.ts'
import { type Drawing, selectedBox } from '../drawing/drawing.ts'
import type { Actions } from '../page/actions.ts'
import type { PageState } from '../page/state.ts'

/** Renders the row of tools above the image. */
export function renderTools(state: PageState, drawing: Drawing, actions: Actions): TemplateResult {
  const { settings } = state
  const button = (text: string, key: string, command: Command, isOff = false, title = '') =>
    html`<button type="button" class="quiet" title=${title} ?disabled=${isOff} @click=${() => actions.command(command)}>
      ${text} <kbd>${key}</kbd>
    </button>`
  const zoom = (name: string, sign: string, factor: number) =>
    html`<button type="button" class="quiet" aria-label=${name} @click=${() => actions.command({ do: 'zoom', factor })}>${sign}</button>`
  const box = selectedBox(drawing)
  const edit = html`
    ${button('Undo', 'Ctrl Z', { do: 'undo' }, drawing.past.length === 0 && drawing.gesture.kind === 'none')}
    ${button('Redo', 'Ctrl Y', { do: 'redo' }, drawing.future.length === 0)}
    ${button('Remove', 'Del', { do: 'remove' }, !box)}
    <fieldset class="choice">
      <legend class="hidden-text">What a click begins with</legend>
      ${(['corners', 'extremes'] as const).map(
        (style) => html`<label><input type="radio" name="style" .checked=${drawing.clickStyle === style}
            @change=${() => actions.command({ do: 'click-style', style })} />
          ${style === 'corners' ? 'Two corners' : 'Four points'}</label>`,
      )}
      <kbd>E</kbd>
    </fieldset>
    ${button('New box', 'B', { do: 'new-box' }, false, 'A new box in the middle, to be moved by keys')}
    ${button(box?.isLocked ? 'Unlock' : 'Lock', 'L', { do: 'lock' }, !box, 'A locked box is not changed by accident')}
    ${button('Copy', 'C', { do: 'copy' }, !box)} ${button('Paste', 'V', { do: 'paste' }, !drawing.copied)}`
  return html`<div class="tools" role="toolbar" aria-label="Tools">
    ${drawing.isReadOnly ? nothing : edit}
    ${button(drawing.areBoxesHidden ? 'Show boxes' : 'Hide boxes', 'H', { do: 'hide' })}
    <button type="button" class="quiet" aria-pressed=${drawing.isPanning} title="Drag the image, or click on what is to be in the middle"
      @click=${() => actions.command({ do: 'hand' })}>Hand</button>
    ${button('Fit', 'F', { do: 'fit' })}
    <span class="zooming">
      ${zoom('Zoom out', '−', 1 / 1.25)}
      <output class="zoom" aria-label="Zoom">${Math.round(100 * drawing.viewport.scale)} %</output>
      ${zoom('Zoom in', '+', 1.25)}
    </span>
    <details class="light">
      <summary title="Brightness, contrast, crosshair" aria-label="Brightness, contrast, crosshair">◐</summary>
      <div class="sheet">
        ${renderRange('Brightness', '[ ]', settings.brightness, (brightness) => actions.set({ brightness }))}
        ${renderRange('Contrast', '{ }', settings.contrast, (contrast) => actions.set({ contrast }))}
        <label><input type="checkbox" .checked=${settings.hasCrosshair}
            @change=${() => actions.set({ hasCrosshair: !settings.hasCrosshair })} /> Crosshair <kbd>T</kbd></label>
        <button type="button" @click=${() => actions.set({ brightness: 100, contrast: 100 })}>Reset <kbd>\\</kbd></button>
      </div>
    </details>
  </div>`
}

const renderRange = (
  name: string,
  keys: string,
  value: number,
  set: (value: number) => void,
): TemplateResult => html`<label>
  ${name} <kbd>${keys}</kbd>
  <input type="range" min="20" max="300" step="10" .value=${String(value)}
    @input=${(event: InputEvent) => set(Number((event.target as HTMLInputElement).value))} />
</label>`
