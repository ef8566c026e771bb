import { LABELING_REGIONS } from '../../../shared/contracts/built-in-functions.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from '../../../shared/contracts/image-limits.ts'
import { MAX_ANSWER_BOXES, MAX_ANSWER_BYTES } from '../../../shared/contracts/labeling-answer.ts'
import { MAX_COMPARED_BOXES, MAX_OVERLAPPING_PAIRS } from '../../../shared/labeling/engine/consolidation/comparable.ts'
import { MAX_CLASSES } from '../../../shared/labeling/engine/job-rules.ts'
import { MAX_CONSOLIDATIONS } from '../../../shared/labeling/jobs/consolidation-names.ts'
import { MAX_OBJECTS } from '../../../shared/labeling/jobs/input-lines.ts'
import { MAX_LABEL_CHARACTERS } from '../../../shared/labeling/jobs/preflight.ts'
import { MAX_AVAILABILITY_SECONDS, MAX_TAGS, OWN_TAGS, PRICES } from '../../../shared/labeling/sagemaker/limits.ts'
import { MAX_LABELS } from '../../../shared/labeling/sagemaker/preflight.ts'
import type { Schemas } from '../api/schema.ts'
import { describeType } from '../api/type-text.ts'
import { formatBytes, formatCount, joinWords } from '../markdown.ts'
import type { Limit } from './limit.ts'

const RULES = 'shared/labeling/sagemaker/limits.ts'
const PREFLIGHT = 'shared/labeling/jobs/preflight.ts'
const FIELDS = [
  'workersPerObject',
  'taskTitle',
  'taskDescription',
  'taskKeywords',
  'taskTimeLimitSeconds',
  'taskAvailabilitySeconds',
  'maxConcurrentTasks',
]

/** Limits of labeling jobs. Bounds of fields come from the service's rules. Pure. */
export const listLabelingLimits = (schemas: Schemas): Limit[] => [
  ['Images in a job', formatCount(MAX_OBJECTS), 'shared/labeling/jobs/input-lines.ts'],
  ['Size of an image', formatBytes(MAX_IMAGE_BYTES), 'shared/contracts/image-limits.ts'],
  ['Pixels of an image', formatCount(MAX_IMAGE_PIXELS), 'shared/contracts/image-limits.ts'],
  ['Classes in a job', formatCount(MAX_CLASSES), 'shared/labeling/engine/job-rules.ts'],
  ['Classes in a job at SageMaker', formatCount(MAX_LABELS), 'shared/labeling/sagemaker/preflight.ts'],
  ['Boxes of an answer', formatCount(MAX_ANSWER_BOXES), 'shared/contracts/labeling-answer.ts'],
  ['Body of an answer', formatBytes(MAX_ANSWER_BYTES), 'shared/contracts/labeling-answer.ts'],
  [
    'Boxes of all answers to an image that are compared; the answers with the most boxes are left out beyond',
    formatCount(MAX_COMPARED_BOXES),
    'shared/labeling/engine/consolidation/comparable.ts',
  ],
  [
    'Pairs of these boxes that overlap, of different workers; answers are left out in the same way beyond',
    formatCount(MAX_OVERLAPPING_PAIRS),
    'shared/labeling/engine/consolidation/comparable.ts',
  ],
  ['Consolidations of a job', formatCount(MAX_CONSOLIDATIONS), 'shared/labeling/jobs/consolidation-names.ts'],
  ['Name of a class', `${formatCount(MAX_LABEL_CHARACTERS)} characters`, PREFLIGHT],
  [
    'Regions with bounding box jobs at SageMaker',
    formatCount(LABELING_REGIONS.length),
    'shared/contracts/built-in-functions.ts',
  ],
  ...FIELDS.map(
    (name): Limit => [
      `\`${name}\``,
      describeType(schemas.LabelingJobRequest?.properties?.[name] ?? {}, schemas),
      RULES,
    ],
  ),
  [
    '`taskAvailabilitySeconds` for the public work team',
    `at most ${formatCount(MAX_AVAILABILITY_SECONDS.public)}`,
    RULES,
  ],
  [
    '`publicTaskPrice` in US dollars',
    joinWords(PRICES.map((tenthsOfACent) => (tenthsOfACent / 1000).toFixed(3))),
    RULES,
  ],
  ['`tags`', `at most ${MAX_TAGS - OWN_TAGS}, besides ${OWN_TAGS} of Groundwork's own`, RULES],
]
