const { dependOnRoutes } = require('./depend-on-routes.cjs')
const { invokeByRole, removeUnused, shareLogGroups } = require('./share-resources.cjs')

/**
 * A plugin of the deployment tool that changes the template before it is written. By then, other plugins have created
 * the roles of functions, and the resources of serverless.yml are in the template.
 */
module.exports = class {
  constructor(serverless) {
    const changeResources = () => {
      const template = serverless.service.provider.compiledCloudFormationTemplate
      const defaultRole = serverless.getProvider('aws').naming.getRoleLogicalId()
      // The plugin for the roles of functions needs the default role as a pattern; no function has it.
      const shared = removeUnused(invokeByRole(shareLogGroups(template.Resources)), defaultRole)
      template.Resources = dependOnRoutes(shared)
    }
    this.hooks = { 'after:aws:package:finalize:mergeCustomProviderResources': changeResources }
  }
}
