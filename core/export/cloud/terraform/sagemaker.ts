/** A Terraform module for SageMaker: constant text. What is of a pipeline comes by variables, whose values are JSON. */
export const sagemakerTerraform: Readonly<Record<string, string>> = {
  'versions.tf': `terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region
}
`,
  'variables.tf': `variable "region" {
  type        = string
  description = "Where the endpoint runs."
  default     = "eu-central-1"
}

variable "name" {
  type        = string
  description = "Name of the endpoint."

  validation {
    condition     = can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", var.name))
    error_message = "Letters, digits and dashes, at most 63."
  }
}

variable "title" {
  type        = string
  description = "The pipeline, as its author calls it."
}

variable "pipeline_version" {
  type        = string
  description = "Name of this version's variant."
}

variable "image" {
  type        = string
  description = "The pipeline's image, in a registry (ECR) that SageMaker can read."
}

variable "canary_image" {
  type        = string
  description = "Image of a version that takes canary_share of the traffic; empty: none."
  default     = ""
}

variable "canary_share" {
  type        = number
  description = "Share of the traffic for canary_image, 0 to 1."
  default     = 0.1
}

variable "instance_type" {
  type        = string
  description = "Machine type, chosen by what was measured."
}

variable "min_instances" {
  type    = number
  default = 2
}

variable "max_instances" {
  type    = number
  default = 10
}

variable "invocations_per_instance" {
  type        = number
  description = "Requests a minute and copy at which another copy is started."
}

variable "startup_seconds" {
  type        = number
  description = "Until a copy is ready: models opened, golden outputs reproduced."
}

variable "latency_alarm_ms" {
  type        = number
  description = "p95 that rolls a new version back."
}

variable "environment" {
  type        = map(string)
  description = "Variables of the container."
}
`,
  'main.tf': `locals {
  # The values of tags may hold few signs.
  title = substr(trimspace(replace(var.title, "/[^\\\\pL\\\\pN _.:\\\\/=+@-]+/", " ")), 0, 256)
  tags  = local.title == "" ? {} : { "tributary:pipeline" = local.title }

  variants = merge(
    { (var.pipeline_version) = { image = var.image, weight = var.canary_image == "" ? 1 : 1 - var.canary_share } },
    var.canary_image == "" ? {} : { canary = { image = var.canary_image, weight = var.canary_share } },
  )
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "run" {
  statement {
    sid       = "Image"
    actions   = ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    resources = ["*"]
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "cloudwatch:PutMetricData"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "this" {
  name_prefix        = "\${substr(var.name, 0, 30)}-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "this" {
  name_prefix = "run-"
  role        = aws_iam_role.this.id
  policy      = data.aws_iam_policy_document.run.json
}

resource "aws_sagemaker_model" "this" {
  for_each = local.variants

  execution_role_arn       = aws_iam_role.this.arn
  enable_network_isolation = true
  tags                     = local.tags

  primary_container {
    image       = each.value.image
    environment = var.environment
  }

  depends_on = [aws_iam_role_policy.this]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  name_prefix = "\${substr(var.name, 0, 37)}-"
  tags        = local.tags

  dynamic "production_variants" {
    for_each = local.variants

    content {
      variant_name                                      = production_variants.key
      model_name                                        = aws_sagemaker_model.this[production_variants.key].name
      initial_instance_count                            = var.min_instances
      instance_type                                     = var.instance_type
      initial_variant_weight                            = production_variants.value.weight
      container_startup_health_check_timeout_in_seconds = var.startup_seconds
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint" "this" {
  name                 = var.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this.name
  tags                 = local.tags

  deployment_config {
    blue_green_update_policy {
      traffic_routing_configuration {
        type                     = "CANARY"
        wait_interval_in_seconds = 300

        canary_size {
          type  = "CAPACITY_PERCENT"
          value = 10
        }
      }

      termination_wait_in_seconds          = 120
      maximum_execution_timeout_in_seconds = 3600
    }

    auto_rollback_configuration {
      alarms {
        alarm_name = aws_cloudwatch_metric_alarm.errors.alarm_name
      }

      alarms {
        alarm_name = aws_cloudwatch_metric_alarm.latency.alarm_name
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "\${var.name}-errors"
  alarm_description   = "More than five answers of 5xx in a minute."
  namespace           = "AWS/SageMaker"
  metric_name         = "Invocation5XXErrors"
  dimensions          = { EndpointName = var.name, VariantName = var.pipeline_version }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  treat_missing_data  = "notBreaching"
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "\${var.name}-latency"
  alarm_description   = "The p95 of the container is over what was measured."
  namespace           = "AWS/SageMaker"
  metric_name         = "ModelLatency"
  dimensions          = { EndpointName = var.name, VariantName = var.pipeline_version }
  extended_statistic  = "p95"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  # SageMaker tells microseconds.
  threshold          = var.latency_alarm_ms * 1000
  treat_missing_data = "notBreaching"
  tags               = local.tags
}

resource "aws_appautoscaling_target" "this" {
  for_each = local.variants

  service_namespace  = "sagemaker"
  resource_id        = "endpoint/\${aws_sagemaker_endpoint.this.name}/variant/\${each.key}"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  min_capacity       = var.min_instances
  max_capacity       = var.max_instances
}

resource "aws_appautoscaling_policy" "this" {
  for_each = local.variants

  name               = "\${var.name}-\${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.invocations_per_instance
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantInvocationsPerInstance"
    }
  }
}
`,
  'outputs.tf': `output "endpoint_name" {
  description = "For aws sagemaker-runtime invoke-endpoint."
  value       = aws_sagemaker_endpoint.this.name
}
`,
};
