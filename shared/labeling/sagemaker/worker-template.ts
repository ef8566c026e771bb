import type { Mode } from '../../contracts/built-in-functions.ts'

/** What the page that a worker sees says, as plain text. */
export interface PageTexts {
  readonly taskTitle: string
  readonly shortInstructions: string
  readonly fullInstructions: string
}

/**
 * The page that a worker sees, as a Liquid template: texts are escaped, so that nothing in them is taken for HTML or
 * Liquid. Answers lie under `boundingBox`, where the service's own functions look for them.
 * @param priorAttribute the label attribute that the known boxes have in the manifest; for `adjust` and `verify`
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-ui-template-crowd-bounding-box.html
 */
export function workerTemplate(mode: Mode, texts: PageTexts, priorAttribute: string | undefined): string {
  const elements = {
    draw: () => boundingBox(texts, ''),
    adjust: () => boundingBox(texts, `\n    initial-value="[${boxesOf(priorAttribute)}]"`),
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
    header="${escaped(texts.taskTitle)}"
    labels="{{ task.input.labels | to_json | escape }}"${initialValue}
  >
${instructions(texts)}
  </crowd-bounding-box>`

/** No full template for verification is published: this one is of what is told about its element. */
const imageClassifier = (texts: PageTexts, priorAttribute: string | undefined): string => `  <crowd-image-classifier
    name="boundingBox"
    ${SOURCE}
    header="${escaped(texts.taskTitle)}"
    categories="{{ task.input.labels | to_json | escape }}"
    overlay="{ &quot;boundingBox&quot;: { labels: [${classNamesOf(priorAttribute)}], value: [${boxesOf(priorAttribute)}] } }"
  >
${instructions(texts)}
    <worker-comment link-text="Comment" header="What is wrong with the boxes?" placeholder="A box is missing …">
    </worker-comment>
  </crowd-image-classifier>`

const instructions = ({ taskTitle, shortInstructions, fullInstructions }: PageTexts): string =>
  `    <full-instructions header="${escaped(taskTitle)}">${paragraphs(fullInstructions)}</full-instructions>
    <short-instructions>${paragraphs(shortInstructions)}</short-instructions>`

/** The known boxes as the element takes them; a class is found by its number, which is text in the class map. */
const boxesOf = (priorAttribute = ''): string =>
  `{% for box in task.input.manifestLine.${priorAttribute}.annotations %}` +
  '{% capture class_id %}{{ box.class_id }}{% endcapture %}' +
  `{% assign label = task.input.manifestLine.${priorAttribute}-metadata.class-map[class_id] %}` +
  '{ label: {{ label | to_json | escape }}, left: {{ box.left }}, top: {{ box.top }}, ' +
  'width: {{ box.width }}, height: {{ box.height }} }, {% endfor %}'

const classNamesOf = (priorAttribute = ''): string =>
  `{% for class in task.input.manifestLine.${priorAttribute}-metadata.class-map %}` +
  '{{ class[1] | to_json | escape }}, {% endfor %}'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Liquid's own delimiters.
  '{': '&#123;',
  '}': '&#125;',
}

const escaped = (text: string): string => text.replaceAll(/[&<>"'{}]/g, (character) => ENTITIES[character] ?? '')

const paragraphs = (text: string): string =>
  text
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll(/\r?\n/g, '<br>')}</p>`)
    .join('')
