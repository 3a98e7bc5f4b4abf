/** A Terraform module for Azure ML's managed endpoints: constant text, by Azure's own provider of its REST API. */
export const azureTerraform: Readonly<Record<string, string>> = {
  'versions.tf': `terraform {
  required_version = ">= 1.5"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = ">= 2.0, < 3.0"
    }
  }
}

provider "azapi" {}
`,
  'variables.tf': `variable "workspace_id" {
  type        = string
  description = "Resource id of the Azure ML workspace."
}

variable "location" {
  type    = string
  default = "westeurope"
}

variable "name" {
  type        = string
  description = "Name of the endpoint: one for the whole region."

  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]$", var.name))
    error_message = "Letters, digits and dashes, a letter first, 3 to 32."
  }
}

variable "title" {
  type        = string
  description = "The pipeline, as its author calls it."
}

variable "deployment" {
  type        = string
  description = "Name of this version's deployment."
}

variable "image" {
  type        = string
  description = "The pipeline's image, in a registry that the workspace can read."
}

variable "http_port" {
  type = number
}

variable "live_path" {
  type = string
}

variable "ready_path" {
  type = string
}

variable "score_path" {
  type = string
}

variable "instance_type" {
  type        = string
  description = "Machine type, chosen by what was measured."
}

variable "instance_count" {
  type    = number
  default = 2
}

variable "concurrent_requests" {
  type        = number
  description = "Requests that one copy runs or holds."
}

variable "timeout_seconds" {
  type = number
}

variable "startup_seconds" {
  type        = number
  description = "Until a copy is ready: models opened, golden outputs reproduced."
}

variable "traffic" {
  type        = map(number)
  description = "Deployment to percent of the traffic, e.g. { version-1 = 90, version-2 = 10 }; empty: all to this one."
  default     = {}
}
`,
  'main.tf': `locals {
  route = { port = var.http_port }

  probe = {
    initialDelay     = "PT10S"
    period           = "PT10S"
    timeout          = "PT2S"
    successThreshold = 1
    failureThreshold = max(3, ceil(var.startup_seconds / 10))
  }

  tags = { tributary-pipeline = var.title }
}

resource "azapi_resource" "environment" {
  type      = "Microsoft.MachineLearningServices/workspaces/environments@2024-10-01"
  name      = var.name
  parent_id = var.workspace_id

  body = {
    properties = {
      description = var.title
    }
  }
}

resource "azapi_resource" "environment_version" {
  type      = "Microsoft.MachineLearningServices/workspaces/environments/versions@2024-10-01"
  name      = var.deployment
  parent_id = azapi_resource.environment.id

  body = {
    properties = {
      description = var.title
      image       = var.image
      osType      = "Linux"

      inferenceConfig = {
        livenessRoute  = merge(local.route, { path = var.live_path })
        readinessRoute = merge(local.route, { path = var.ready_path })
        scoringRoute   = merge(local.route, { path = var.score_path })
      }
    }
  }
}

resource "azapi_resource" "endpoint" {
  type      = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2024-10-01"
  name      = var.name
  parent_id = var.workspace_id
  location  = var.location
  tags      = local.tags

  identity {
    type = "SystemAssigned"
  }

  body = {
    properties = {
      authMode    = "Key"
      description = var.title
    }
  }

  response_export_values = ["properties.scoringUri"]

  lifecycle {
    # The traffic is set below, once there is something to send it to.
    ignore_changes = [body.properties.traffic]
  }
}

resource "azapi_resource" "deployment" {
  type      = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments@2024-10-01"
  name      = var.deployment
  parent_id = azapi_resource.endpoint.id
  location  = var.location
  tags      = local.tags

  body = {
    sku = {
      name     = "Default"
      capacity = var.instance_count
    }

    properties = {
      endpointComputeType = "Managed"
      description         = var.title
      environmentId       = azapi_resource.environment_version.id
      instanceType        = var.instance_type
      livenessProbe       = local.probe
      readinessProbe      = local.probe

      requestSettings = {
        requestTimeout                   = "PT\${var.timeout_seconds}S"
        maxConcurrentRequestsPerInstance = var.concurrent_requests
      }

      scaleSettings = {
        scaleType = "Default"
      }
    }
  }

  timeouts {
    create = "60m"
    update = "60m"
  }
}

resource "azapi_update_resource" "traffic" {
  type        = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2024-10-01"
  resource_id = azapi_resource.endpoint.id

  body = {
    properties = {
      traffic = length(var.traffic) == 0 ? { (var.deployment) = 100 } : var.traffic
    }
  }

  depends_on = [azapi_resource.deployment]
}
`,
  'outputs.tf': `output "scoring_uri" {
  value = azapi_resource.endpoint.output.properties.scoringUri
}
`,
};
