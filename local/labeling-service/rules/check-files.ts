import { FileError, type Files } from '../files/s3-files.ts'
import { parseS3Location } from '../files/s3-location.ts'
import type { CreateRequest } from '../model/create-request.ts'
import { checkPage } from '../page/check-page.ts'
import { PageError } from '../page/page-error.ts'
import { parseTemplate } from '../page/template.ts'
import { invalid } from '../protocol/errors.ts'
import { parseLabelFile } from './label-file.ts'
import { checkManifest } from './manifest.ts'
import type { TaskType } from './task-type.ts'

const MAX_LABEL_FILE_BYTES = 1 << 20
const MAX_TEMPLATE_CHARACTERS = 128_000

/** Checks the input files by reading them as the job does. @throws ServiceError `ValidationException` */
export async function checkFiles(request: CreateRequest, taskType: TaskType, files: Files): Promise<void> {
  const { InputConfig, LabelCategoryConfigS3Uri = '', OutputConfig, LabelAttributeName } = request
  const uri = InputConfig.DataSource.S3DataSource?.ManifestS3Uri ?? ''
  const labels = await withMember('LabelCategoryConfigS3Uri', () => readLabelFile(LabelCategoryConfigS3Uri, files))
  const sample = await withMember('InputConfig.DataSource.S3DataSource.ManifestS3Uri', async () =>
    checkManifest(await files.stream(uri), LabelAttributeName, taskType),
  )
  await withMember('HumanTaskConfig.UiConfig.UiTemplateS3Uri', async () => {
    const template = parseTemplate(await readTemplate(request, files), files)
    if (sample) checkPage(template.render({ line: sample, labels }), { taskType, labels, line: sample })
  })
  const bucket = parseS3Location(OutputConfig.S3OutputPath)?.bucket ?? ''
  await withMember('OutputConfig.S3OutputPath', () => files.assertBucket(bucket))
}

/** Reads a label category file. @throws FileError */
export const readLabelFile = async (uri: string, files: Files): Promise<readonly string[]> =>
  parseLabelFile(await files.text(uri, MAX_LABEL_FILE_BYTES))

/** Reads the worker template of a job. @throws FileError when it cannot be read or is too long */
export async function readTemplate({ HumanTaskConfig }: CreateRequest, files: Files): Promise<string> {
  const uri = HumanTaskConfig.UiConfig.UiTemplateS3Uri ?? ''
  const text = await files.text(uri, MAX_TEMPLATE_CHARACTERS * 4)
  if (text.length > MAX_TEMPLATE_CHARACTERS)
    throw new FileError(`${uri} must have at most ${MAX_TEMPLATE_CHARACTERS} characters, not ${text.length}`)
  return text
}

/** Adds the member of the request to the error of a file. */
async function withMember<Answer>(member: string, check: () => Promise<Answer>): Promise<Answer> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof FileError || error instanceof PageError) throw invalid(member, error.message)
    throw error
  }
}
