import { parseS3Location } from '../files/s3-location.ts'
import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'

/** Checks the sources of the input and the account of the role. @throws ServiceError `ValidationException` */
export function checkInput(request: CreateRequest, { account }: { readonly account: string }): void {
  const { InputConfig, OutputConfig, RoleArn, LabelCategoryConfigS3Uri, LabelingJobAlgorithmsConfig } = request
  const { S3DataSource, SnsDataSource } = InputConfig.DataSource
  const { UiTemplateS3Uri, HumanTaskUiArn } = request.HumanTaskConfig.UiConfig
  if (SnsDataSource) throw invalid('InputConfig.DataSource.SnsDataSource', 'streaming jobs are not supported')
  if (LabelingJobAlgorithmsConfig) throw invalid('LabelingJobAlgorithmsConfig', 'automated labeling is not supported')
  if (HumanTaskUiArn !== undefined)
    throw invalid('HumanTaskConfig.UiConfig.HumanTaskUiArn', 'is not supported for bounding boxes; use UiTemplateS3Uri')
  if (!S3DataSource) throw invalid('InputConfig.DataSource.S3DataSource', 'is required')
  checkObject('InputConfig.DataSource.S3DataSource.ManifestS3Uri', S3DataSource.ManifestS3Uri)
  checkObject('LabelCategoryConfigS3Uri', LabelCategoryConfigS3Uri)
  checkObject('HumanTaskConfig.UiConfig.UiTemplateS3Uri', UiTemplateS3Uri)
  if (!parseS3Location(OutputConfig.S3OutputPath))
    throw invalid('OutputConfig.S3OutputPath', `must be s3://bucket/folder, but is "${OutputConfig.S3OutputPath}"`)
  if (RoleArn.split(':')[4] !== account) throw invalid('RoleArn', `must be a role of account ${account}`)
}

function checkObject(member: string, uri: string | undefined): void {
  if (uri === undefined) throw invalid(member, 'is required for bounding box jobs')
  if (!parseS3Location(uri)?.key) throw invalid(member, `must be s3://bucket/key, but is "${uri}"`)
}
