import { PutBucketCorsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { CreateLabelingJobRequest, HumanTaskConfig } from '@aws-sdk/client-sagemaker'
import { pngFile } from '../../support/fixtures/picture-files.ts'

export type Task = 'BoundingBox' | 'AdjustmentBoundingBox' | 'VerificationBoundingBox'

/** Changes to the valid request; undefined removes a member. */
export type Changes = Partial<Omit<CreateLabelingJobRequest, 'HumanTaskConfig'>> & {
  readonly HumanTaskConfig?: Partial<HumanTaskConfig>
}

const LABELS = ['Cat', 'Dog']
export const VERDICTS = ['good', 'bad']

/** Returns the built-in functions of the service in us-east-1 for this task type. */
export const toFunctions = (task: Task) => ({
  PreHumanTaskLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:PRE-${task}`,
  AnnotationConsolidationConfig: {
    AnnotationConsolidationLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:ACS-${task}`,
  },
})

/** Returns a valid request, after `placeJobFiles` has uploaded its files to the bucket `photos`. */
export function validRequest({ HumanTaskConfig, ...changes }: Changes = {}): CreateLabelingJobRequest {
  return {
    LabelingJobName: 'Pets-1',
    LabelAttributeName: 'boxes',
    InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://photos/job/input.manifest' } } },
    OutputConfig: { S3OutputPath: 's3://photos/output' },
    RoleArn: 'arn:aws:iam::123456789012:role/labeling',
    LabelCategoryConfigS3Uri: 's3://photos/job/labels.json',
    HumanTaskConfig: {
      WorkteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers',
      UiConfig: { UiTemplateS3Uri: 's3://photos/job/template.liquid' },
      ...toFunctions('BoundingBox'),
      TaskTitle: 'Draw boxes around pets',
      TaskDescription: 'A box around each cat and each dog',
      NumberOfHumanWorkersPerDataObject: 1,
      TaskTimeLimitInSeconds: 300,
      ...HumanTaskConfig,
    },
    ...changes,
  }
}

/** Files of a job, each with a default; undefined omits a file. */
export interface JobFiles {
  /** Lines of the manifest, as objects or text. */
  readonly lines?: readonly (object | string)[] | undefined
  readonly labels?: string | undefined
  readonly template?: string | undefined
  /** Whether to set the CORS rule of the bucket. Defaults to true. */
  readonly cors?: boolean
}

/** Uploads manifest, label category file and template of a job, and sets the CORS rule of the bucket. */
export async function placeJobFiles(s3: S3Client, files: JobFiles = {}, Bucket = 'photos'): Promise<void> {
  const { lines = createLines(3), labels = labelFile(LABELS), template = boxTemplate(), cors = true } = files
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  await Promise.all([
    s3.send(new PutObjectCommand({ Bucket, Key: 'job/input.manifest', Body: Buffer.from(text) })),
    s3.send(new PutObjectCommand({ Bucket, Key: 'job/labels.json', Body: labels })),
    s3.send(new PutObjectCommand({ Bucket, Key: 'job/template.liquid', Body: template })),
    ...(cors ? [allowPages(s3, Bucket)] : []),
  ])
}

/** The rule that lets worker pages load images. */
export async function allowPages(s3: S3Client, Bucket = 'photos'): Promise<void> {
  const rule = {
    AllowedMethods: ['GET'],
    AllowedOrigins: ['*'],
    AllowedHeaders: [],
    ExposeHeaders: ['Access-Control-Allow-Origin'],
  }
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }))
}

/** Returns manifest lines for the images `s3://photos/images/0.png`, … */
export const createLines = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ 'source-ref': `s3://photos/images/${at}.png` }))

/** Uploads images of 200 x 100 pixels to the locations of the manifest lines. */
export async function placeImages(s3: S3Client, count: number, Bucket = 'photos'): Promise<void> {
  const put = (at: number) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `images/${at}.png`, Body: pngFile(200, 100) }))
  await Promise.all(Array.from({ length: count }, (_, at) => put(at)))
}

export const labelFile = (labels: readonly string[]): string =>
  JSON.stringify({ 'document-version': '2018-11-28', labels: labels.map((label) => ({ label })) })

const SCRIPT = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'
const INSTRUCTIONS = `<full-instructions header="How to">Draw.</full-instructions>
      <short-instructions>Draw.</short-instructions>`

/** Returns the template of a bounding box job. @param attributes further attributes of its crowd element */
export const boxTemplate = (attributes = ''): string => `${SCRIPT}
  <crowd-form>
    <crowd-bounding-box
      name="boundingBox"
      src="{{ task.input.taskObject | grant_read_access }}"
      header="Draw a box around each pet"
      labels="{{ task.input.labels | to_json | escape }}"
      ${attributes}
    >
      ${INSTRUCTIONS}
    </crowd-bounding-box>
  </crowd-form>`

/** Renders the boxes of a label attribute as loose JSON: with unquoted names and a trailing comma. */
const createBoxTemplate = (prior: string): string => `[
  {% for box in task.input.manifestLine.${prior}.annotations %}
    {% capture class_id %}{{ box.class_id }}{% endcapture %}
    {% assign label = task.input.manifestLine.${prior}-metadata.class-map[class_id] %}
    {
      label: {{ label | to_json }},
      left: {{ box.left }},
      top: {{ box.top }},
      width: {{ box.width }},
      height: {{ box.height }},
    },
  {% endfor %}
]`

export const adjustTemplate = (prior: string): string => boxTemplate(`initial-value="${createBoxTemplate(prior)}"`)

export const verifyTemplate = (prior: string): string => `${SCRIPT}
  <crowd-form>
    <crowd-image-classifier
      name="crowd-image-classifier"
      src="{{ task.input.taskObject | grant_read_access }}"
      header="Are the boxes right?"
      categories="{{ task.input.labels | to_json | escape }}"
      overlay='{"boundingBox": {labels: ["Cat", "Dog"], value: ${createBoxTemplate(prior)}}}'
    >
      ${INSTRUCTIONS}
    </crowd-image-classifier>
  </crowd-form>`

/** Returns the members of a line with one box, in pixels of a 200 x 100 image. */
export const boxMembers = (attribute: string, [left, top, width, height]: readonly number[], classId = 0) => ({
  [attribute]: {
    annotations: [{ class_id: classId, left, top, width, height }],
    image_size: [{ width: 200, height: 100, depth: 3 }],
  },
  [`${attribute}-metadata`]: {
    objects: [{ confidence: 0.09 }],
    'class-map': { [classId]: LABELS[classId] },
    type: 'groundtruth/object-detection',
    'human-annotated': 'yes',
    'creation-date': '2026-01-31T12:00:00.000000',
    'job-name': 'labeling-job/earlier',
  },
})
