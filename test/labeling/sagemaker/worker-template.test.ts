import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Liquid } from 'liquidjs'
import { workerTemplate } from '../../../shared/labeling/sagemaker/worker-template.ts'

const TEXTS = { taskTitle: 'Draw', shortInstructions: 'Short', fullInstructions: 'Full' }
const LINE = {
  'source-ref': 's3://work/a.jpg',
  known: {
    annotations: [
      { class_id: 0, left: 1, top: 2, width: 3, height: 4 },
      { class_id: 12, left: 5, top: 6, width: 7, height: 8 },
    ],
  },
  'known-metadata': { 'class-map': { 0: 'Cat', 12: `Bird's "nest"` } },
}

/** Renders a page as the service does, which escapes the output of templates. */
function rendered(template: string): string {
  const escapeHtml = (value: unknown): string =>
    String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  const liquid = new Liquid({ outputEscape: escapeHtml, strictFilters: true })
  // Output of the filter `escape` is not escaped twice.
  liquid.registerFilter('escape', { raw: true, handler: escapeHtml })
  liquid.registerFilter('grant_read_access', (uri: string) => `https://images/${uri.slice('s3://'.length)}?signed`)
  liquid.registerFilter('to_json', (value: unknown) => JSON.stringify(value))
  const input = { taskObject: 's3://work/a.jpg', labels: ['Cat', `Bird's "nest"`], manifestLine: LINE }
  return liquid.parseAndRenderSync(template, { task: { input } })
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&amp;', '&')

const attribute = (page: string, name: string): string =>
  unescaped(new RegExp(`\\n\\s+${name}="([^"]*)"`).exec(page)?.[1] ?? 'missing')

const between = (page: string, element: string): string =>
  new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? 'missing'

/** Parses a list as the element does, which allows unquoted names and a trailing comma. */
const listIn = (text: string): unknown =>
  JSON.parse(text.replaceAll(/([{,]\s*)(\w+):/g, '$1"$2":').replaceAll(/,(\s*[\]}])/g, '$1'))

describe('workerTemplate', () => {
  it('shows the image and the labels, and submits the answer as boundingBox', () => {
    const page = rendered(workerTemplate('draw', TEXTS, undefined))
    expect(page).toContain('<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>')
    expect(page).toContain('<crowd-form>')
    expect(attribute(page, 'name')).toBe('boundingBox')
    expect(attribute(page, 'src')).toBe('https://images/work/a.jpg?signed')
    expect(JSON.parse(attribute(page, 'labels'))).toEqual(['Cat', `Bird's "nest"`])
    expect(attribute(page, 'header')).toBe('Draw')
    expect([between(page, 'short-instructions'), between(page, 'full-instructions')]).toEqual([
      '<p>Short</p>',
      '<p>Full</p>',
    ])
    expect(page).not.toContain('initial-value')
  })

  it('starts with the existing boxes in the mode adjust', () => {
    const page = rendered(workerTemplate('adjust', TEXTS, 'known'))
    expect(listIn(attribute(page, 'initial-value'))).toEqual([
      { label: 'Cat', left: 1, top: 2, width: 3, height: 4 },
      { label: `Bird's "nest"`, left: 5, top: 6, width: 7, height: 8 },
    ])
  })

  it('shows the existing boxes and asks for a verdict in the mode verify', () => {
    const page = rendered(workerTemplate('verify', TEXTS, 'known'))
    expect(page).toContain('<crowd-image-classifier')
    expect(listIn(attribute(page, 'overlay'))).toEqual({
      boundingBox: {
        labels: ['Cat', `Bird's "nest"`],
        value: [expect.objectContaining({ label: 'Cat' }), expect.objectContaining({ label: `Bird's "nest"` })],
      },
    })
    expect(page).toContain('<worker-comment')
  })

  it('keeps paragraphs and line breaks of the instructions', () => {
    const texts = { ...TEXTS, fullInstructions: 'One\nstill one\r\n\r\n  \nTwo' }
    expect(between(rendered(workerTemplate('draw', texts, undefined)), 'full-instructions')).toBe(
      '<p>One<br>still one</p><p>Two</p>',
    )
  })

  it('escapes HTML and Liquid in every text', () => {
    const parts = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '<script>',
      '"',
      "'",
      '&amp;',
      '{% raw %}',
      '-->',
      'a',
      ' ',
      'é',
    )
    const text = fc.array(parts, { minLength: 1, maxLength: 12 }).map((all) => all.join(''))
    fc.assert(
      fc.property(text, text, text, (taskTitle, shortInstructions, fullInstructions) => {
        const page = rendered(workerTemplate('draw', { taskTitle, shortInstructions, fullInstructions }, undefined))
        expect(attribute(page, 'header')).toBe(taskTitle)
        expect(unescaped(between(page, 'short-instructions'))).toBe(`<p>${shortInstructions}</p>`)
        expect(unescaped(between(page, 'full-instructions'))).toBe(`<p>${fullInstructions}</p>`)
        expect(page.match(/<script/g)).toHaveLength(1)
      }),
    )
  })
})
