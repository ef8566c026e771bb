import {
  allow,
  allowList,
  BUCKET,
  COPIED_IMAGES,
  choice,
  DATA,
  data,
  queue,
  type Statement,
  sagemaker,
  system,
} from './policy-statements.ts'

/**
 * The IAM statements of functions, by name. A function's declaration lists those that it needs, and
 * test/deployment/permissions.test.ts runs every function to verify that it needs exactly these. `npm run generate`
 * writes them into deploy/generated/, where serverless.yml resolves what is left in `${…}`.
 *
 * Conditions on `s3:prefix` use IfExists. S3 answers 404 for a missing object only to callers with `s3:ListBucket`, and
 * 403 to others, and neither GetObject nor HeadBucket carries a prefix to compare. Functions can therefore list without
 * a prefix: keys are not secret between functions, contents are.
 */
export const PERMISSIONS = {
  // Only requests without a prefix, such as HeadBucket.
  seeBucket: allow('s3:ListBucket', BUCKET, { Null: { 's3:prefix': 'true' } }),
  listData: allowList(`${DATA}*`),
  listBatchNames: allowList(DATA),
  listDatasets: allowList(`${DATA}raw/*`),
  listCopies: allowList(`${DATA}*/copies/*`),
  listCopiedImages: allowList(`${DATA}*/images/`),
  listManifests: allowList(`${DATA}*/manifests/*`),
  listTestImages: allowList(`${DATA}test/*`),
  listTestImageStates: allowList('system/test-images/'),
  // The names of jobs, and what lies below one of them.
  listLabelingWorks: allowList('system/labeling-work/'),
  listAnswers: allowList('system/labeling-work/*/answers/*'),
  listPractice: allowList('system/labeling-work/*/practice/*'),
  listLabelingWork: allowList('system/labeling-work/*'),
  listWorkerResponses: allowList(`${DATA}*/annotations/`),
  listConsolidations: allowList('system/labeling-work/*/consolidations/'),
  listConsolidationOutput: allowList(`${DATA}*/consolidations/`),
  listShards: allowList('system/labeling-work/*/shards/'),
  listJobIndex: allowList('system/labeling-index/*'),
  listWebhooks: allowList('system/webhooks/'),
  listDeliveries: allowList('system/deliveries/*'),
  listWorkers: allowList('system/labeling-workers/'),

  // Reading, from narrow to wide.
  readTokens: allow('s3:GetObject', system('tokens/*.json')),
  readDataset: allow('s3:GetObject', data('raw/*/dataset.json')),
  readImportPlan: allow('s3:GetObject', data('raw/*/import.json')),
  readClasses: allow('s3:GetObject', [
    data('raw/*/classes.json'),
    data('raw/*/class-descriptions.csv'),
    data('raw/*/class-descriptions-boxable.csv'),
    data('raw/*/labels-hierarchy.json'),
  ]),
  readBoxes: allow('s3:GetObject', [data('raw/*/annotations-bbox.csv'), data('raw/*/annotations-bbox.index')]),
  // The list, and the record that says whether there is one.
  readImageList: allow('s3:GetObject', [data('raw/*/images.csv'), data('raw/*/annotations-bbox.json')]),
  readImports: allow('s3:GetObject', data('raw/*')),
  readBatch: allow('s3:GetObject', data('*/batch.json')),
  readImageLines: allow('s3:GetObject', data('*/images*.jsonl')),
  readCopies: allow('s3:GetObject', data('*/copies/*')),
  readManifest: allow('s3:GetObject', data('*/manifests/input.manifest')),
  // Input and output of labeling jobs.
  readJobManifest: allow('s3:GetObject', data('*/manifests/*/input.manifest')),
  readJobOutput: allow('s3:GetObject', data('*/*/manifests/output/output.manifest')),
  readJobFiles: allow('s3:GetObject', [
    data('*/manifests/*/label-categories.json'),
    data('*/manifests/*/template.liquid.html'),
  ]),
  readCopiedImages: allow('s3:GetObject', COPIED_IMAGES),
  readJobs: allow('s3:GetObject', system('labeling-jobs/*.json')),
  readLabelingWorks: allow('s3:GetObject', system('labeling-work/*/work.json')),
  readTaskLines: allow('s3:GetObject', system('labeling-work/*/tasks.jsonl')),
  readShards: allow('s3:GetObject', system('labeling-work/*/shards/*.json')),
  readProgress: allow('s3:GetObject', system('labeling-work/*/progress.json')),
  readAnswers: allow('s3:GetObject', system('labeling-work/*/answers/*.json')),
  readConsolidations: allow('s3:GetObject', system('labeling-work/*/consolidations/*.json')),
  readConsolidationOutput: allow('s3:GetObject', data('*/*/consolidations/*/output.manifest')),
  readPracticeImages: allow('s3:GetObject', system('labeling-work/*/practice.json')),
  readPracticeAnswers: allow('s3:GetObject', system('labeling-work/*/practice/*.json')),
  readLabelingWork: allow('s3:GetObject', system('labeling-work/*')),
  // Hints: which shards of a job have tasks, and where a worker is.
  useLabelingHints: allow(
    ['s3:GetObject', 's3:PutObject'],
    [system('labeling-work/*/open.json'), system('labeling-work/*/places/*.json')],
  ),
  // Workers have names, and the hashes of their links.
  readWorkers: allow('s3:GetObject', system('labeling-workers/*.json')),
  readWorkerLinks: allow('s3:GetObject', system('labeling-links/*.json')),
  // Verifies what workers bring back: sessions and tickets.
  readLabelingKey: allow('s3:GetObject', system('labeling-key.json')),
  readTestImages: allow('s3:GetObject', data('test/*')),
  readTestImageStates: allow('s3:GetObject', system('test-images/*.json')),
  // Webhooks hold the secrets that sign deliveries.
  readWebhooks: allow('s3:GetObject', system('webhooks/*.json')),
  readDeliveries: allow('s3:GetObject', system('deliveries/*.json')),
  readEvents: allow('s3:GetObject', system('events/*.json')),
  readData: allow('s3:GetObject', data('*')),
  readSources: allow('s3:GetObject', choice('sources.objects')),
  // Distinguishes a missing source object from one that may not be read.
  listSources: allow('s3:ListBucket', choice('sources.buckets')),

  // Writing. Large objects are multipart uploads.
  writeDataset: allow('s3:PutObject', data('raw/*/dataset.json')),
  writeImports: allow('s3:PutObject', data('raw/*')),
  joinImportParts: allow('s3:ListMultipartUploadParts', data('raw/*')),
  endImportParts: allow('s3:AbortMultipartUpload', data('raw/*')),
  writeBatch: allow('s3:PutObject', data('*/batch.json')),
  writeImageLines: allow(
    ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    data('*/images*.jsonl'),
  ),
  writeCopies: allow('s3:PutObject', data('*/copies/*')),
  writeImages: allow('s3:PutObject', COPIED_IMAGES),
  writeManifest: allow(
    ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    data('*/manifests/input.manifest'),
  ),
  writeJobManifest: allow(
    ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    data('*/manifests/*/input.manifest'),
  ),
  writeJobFiles: allow('s3:PutObject', [
    data('*/manifests/*/label-categories.json'),
    data('*/manifests/*/template.liquid.html'),
  ]),
  writeJobs: allow('s3:PutObject', system('labeling-jobs/*.json')),
  // Counts of a running job are stored by whoever asks for them.
  writeProgress: allow('s3:PutObject', system('labeling-work/*/progress.json')),
  writeLabelingWorks: allow('s3:PutObject', system('labeling-work/*/work.json')),
  writeTaskLines: allow(
    ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    system('labeling-work/*/tasks.jsonl'),
  ),
  writeJobIndex: allow('s3:PutObject', system('labeling-index/*')),
  writeShards: allow('s3:PutObject', system('labeling-work/*/shards/*.json')),
  writeShardEnds: allow('s3:PutObject', system('labeling-work/*/ends/*.json')),
  writeAnswers: allow('s3:PutObject', system('labeling-work/*/answers/*.json')),
  writePracticeImages: allow('s3:PutObject', system('labeling-work/*/practice.json')),
  writePracticeAnswers: allow('s3:PutObject', system('labeling-work/*/practice/*.json')),
  // The result of a job of our engine, and its end.
  writeLabelingResult: allow('s3:PutObject', [
    system('labeling-work/*/labels/*.jsonl'),
    system('labeling-work/*/rounds/*.json'),
    data('*/*/annotations/worker-response/*.json'),
  ]),
  // What all workers say, and what the opinion of each counts, once a shard is closed.
  writeOpinions: allow('s3:PutObject', [
    system('labeling-work/*/opinions/*.jsonl'),
    system('labeling-work/*/skills.json'),
  ]),
  writeJobOutput: allow(
    ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    data('*/*/manifests/output/output.manifest'),
  ),
  // Records of what is made again with other settings, and its output manifest.
  writeConsolidations: allow('s3:PutObject', system('labeling-work/*/consolidations/*.json')),
  writeConsolidationOutput: allow(
    ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    data('*/*/consolidations/*/output.manifest'),
  ),
  writeTestImages: allow('s3:PutObject', data('test/*')),
  writeTestImageStates: allow('s3:PutObject', system('test-images/*.json')),
  writeWebhooks: allow('s3:PutObject', system('webhooks/*.json')),
  writeDeliveries: allow('s3:PutObject', system('deliveries/*.json')),
  writeEvents: allow('s3:PutObject', system('events/*.json')),
  writeWorkers: allow('s3:PutObject', system('labeling-workers/*.json')),
  writeWorkerLinks: allow('s3:PutObject', system('labeling-links/*.json')),
  // The signing key of sessions and tickets is created with the first of them.
  signForWorkers: allow(['s3:GetObject', 's3:PutObject'], system('labeling-key.json')),
  // The signing key of cursors is created with the first cursor.
  sealCursors: allow(['s3:GetObject', 's3:PutObject'], system('cursor-key.json')),

  // Removing. S3 compares the ETag of an object to remove only for those who may read it.
  removeImports: allow('s3:DeleteObject', data('raw/*')),
  removeCopies: allow('s3:DeleteObject', [data('*/copies/*'), COPIED_IMAGES]),
  removeImageLines: allow('s3:DeleteObject', data('*/images*.jsonl')),
  removeManifest: allow('s3:DeleteObject', data('*/manifests/input.manifest')),
  removeJobFiles: allow('s3:DeleteObject', [
    data('*/manifests/*/input.manifest'),
    data('*/manifests/*/label-categories.json'),
    data('*/manifests/*/template.liquid.html'),
  ]),
  removeJobs: allow('s3:DeleteObject', system('labeling-jobs/*.json')),
  removeWorkers: allow('s3:DeleteObject', system('labeling-workers/*.json')),
  removeWorkerLinks: allow('s3:DeleteObject', system('labeling-links/*.json')),
  removeLabelingWork: allow('s3:DeleteObject', system('labeling-work/*')),
  removeJobOutput: allow('s3:DeleteObject', [
    data('*/*/annotations/worker-response/*.json'),
    data('*/*/manifests/output/output.manifest'),
    data('*/*/consolidations/*/output.manifest'),
  ]),
  removeTestImages: allow('s3:DeleteObject', data('test/*')),
  removeTestImageStates: allow('s3:DeleteObject', system('test-images/*.json')),
  removeWebhooks: allow('s3:DeleteObject', system('webhooks/*.json')),
  removeDeliveries: allow('s3:DeleteObject', system('deliveries/*.json')),
  removeData: allow('s3:DeleteObject', data('*')),
  // A batch may have any name except those of reserved folders.
  keepDatasets: { ...allow(['s3:DeleteObject', 's3:GetObject'], data('raw/*')), Effect: 'Deny' },

  sendTasks: allow('sqs:SendMessage', queue('TasksQueue')),
  sendChunks: allow('sqs:SendMessage', queue('ChunksQueue')),
  sendTestImages: allow('sqs:SendMessage', queue('TestImagesQueue')),
  sendEvents: allow('sqs:SendMessage', queue('EventsQueue')),
  sendDeliveries: allow('sqs:SendMessage', queue('DeliveriesQueue')),
  // Lambda sends the event of a function that failed on every attempt, with the role of the function.
  sendUndeliverable: allow('sqs:SendMessage', queue('UndeliverableQueue')),

  // Labeling pages need a CORS rule on the bucket. The bucket of the stack has it from the start; an existing one gets it.
  seePages: allow('s3:GetBucketCORS', BUCKET),
  allowPages: allow('s3:PutBucketCORS', BUCKET),

  // The labeling service. Its list operations have no resource, and job names have no prefix, so other jobs match too.
  createLabelingJobs: allow(['sagemaker:CreateLabelingJob', 'sagemaker:AddTags'], sagemaker('labeling-job/*')),
  seeLabelingJobs: allow('sagemaker:DescribeLabelingJob', sagemaker('labeling-job/*')),
  stopLabelingJobs: allow('sagemaker:StopLabelingJob', sagemaker('labeling-job/*')),
  listLabelingJobs: allow('sagemaker:ListLabelingJobs', '*'),
  seeWorkteams: allow('sagemaker:DescribeWorkteam', sagemaker('workteam/private-crowd/*')),
  listWorkteams: allow('sagemaker:ListWorkteams', '*'),
  // A new job is passed a role: one of these, and to SageMaker only.
  passLabelingRoles: allow('iam:PassRole', choice('labelingRoles.arns'), {
    StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
  }),
} satisfies Readonly<Record<string, Statement>>

/** The name of an IAM statement. */
export type Permission = keyof typeof PERMISSIONS
