import type { Mode } from '../../contracts/built-in-functions.ts'

/** The texts of the page that a worker sees, as plain text. */
export interface PageTexts {
  readonly taskTitle: string
  readonly shortInstructions: string
  readonly fullInstructions: string
}

/**
 * Returns the page that a worker sees, as a Liquid template. Texts are escaped for HTML and Liquid. The page submits its
 * answer as `boundingBox`, the name that the built-in functions of the service expect. Pure.
 * @param priorAttribute label attribute of the existing boxes in the manifest; for `adjust` and `verify`
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-ui-template-crowd-bounding-box.html
 */
export function workerTemplate(mode: Mode, texts: PageTexts, priorAttribute: string | undefined): string {
  const elements = {
    draw: () => boundingBox(texts, ''),
    adjust: () => boundingBox(texts, `\n    initial-value="[${boxList(priorAttribute)}]"`),
    verify: () => imageClassifier(texts, priorAttribute),
  }
  return `<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>

<crowd-form>
${elements[mode]()}
</crowd-form>
`
}

const SOURCE = 'src="{{ task.input.taskObject | grant_read_access }}"'

const boundingBox = (texts: PageTexts, initialValue: string): string => `  <crowd-bounding-box
    name="boundingBox"
    ${SOURCE}
    header="${escapeText(texts.taskTitle)}"
    labels="{{ task.input.labels | to_json | escape }}"${initialValue}
  >
${instructions(texts)}
  </crowd-bounding-box>`

/** AWS publishes no complete template for verification; this one follows the documentation of the element. */
const imageClassifier = (texts: PageTexts, priorAttribute: string | undefined): string => `  <crowd-image-classifier
    name="boundingBox"
    ${SOURCE}
    header="${escapeText(texts.taskTitle)}"
    categories="{{ task.input.labels | to_json | escape }}"
    overlay="{ &quot;boundingBox&quot;: { labels: [${classNameList(priorAttribute)}], value: [${boxList(priorAttribute)}] } }"
  >
${instructions(texts)}
    <worker-comment link-text="Comment" header="What is wrong with the boxes?" placeholder="A box is missing …">
    </worker-comment>
  </crowd-image-classifier>`

const instructions = ({ taskTitle, shortInstructions, fullInstructions }: PageTexts): string =>
  `    <full-instructions header="${escapeText(taskTitle)}">${toParagraphs(fullInstructions)}</full-instructions>
    <short-instructions>${toParagraphs(shortInstructions)}</short-instructions>`

/** Lists the existing boxes in the form that the element expects. The keys of the class map are strings. */
const boxList = (priorAttribute = ''): string =>
  `{% for box in task.input.manifestLine.${priorAttribute}.annotations %}` +
  '{% capture class_id %}{{ box.class_id }}{% endcapture %}' +
  `{% assign label = task.input.manifestLine.${priorAttribute}-metadata.class-map[class_id] %}` +
  '{ label: {{ label | to_json | escape }}, left: {{ box.left }}, top: {{ box.top }}, ' +
  'width: {{ box.width }}, height: {{ box.height }} }, {% endfor %}'

const classNameList = (priorAttribute = ''): string =>
  `{% for class in task.input.manifestLine.${priorAttribute}-metadata.class-map %}` +
  '{{ class[1] | to_json | escape }}, {% endfor %}'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Delimiters of Liquid.
  '{': '&#123;',
  '}': '&#125;',
}

const escapeText = (text: string): string => text.replaceAll(/[&<>"'{}]/g, (character) => ENTITIES[character] ?? '')

const toParagraphs = (text: string): string =>
  text
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map((paragraph) => `<p>${escapeText(paragraph).replaceAll(/\r?\n/g, '<br>')}</p>`)
    .join('')
