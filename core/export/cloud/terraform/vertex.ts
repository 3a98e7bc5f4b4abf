/**
 * A Terraform module for Vertex AI: constant text. Google's provider has no resource that uploads a model of one's own image
 * or deploys it, so those two steps are Google's own command, given its words by the environment and never by pasting.
 */
export const vertexTerraform: Readonly<Record<string, string>> = {
  'versions.tf': `terraform {
  required_version = ">= 1.5"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.30, < 8.0"
    }
    random = {
      source  = "hashicorp/random"
      version = ">= 3.5"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}
`,
  'variables.tf': `variable "project" {
  type        = string
  description = "Google Cloud project."
}

variable "region" {
  type    = string
  default = "europe-west4"
}

variable "name" {
  type        = string
  description = "Id of the model, and prefix of what belongs to it."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.name))
    error_message = "Small letters, digits and dashes, a letter first, at most 63."
  }
}

variable "title" {
  type        = string
  description = "The pipeline, as its author calls it."
}

variable "pipeline_version" {
  type        = string
  description = "Alias of this version of the model."
}

variable "image" {
  type        = string
  description = "The pipeline's image in Artifact Registry."
}

variable "http_port" {
  type = number
}

variable "health_route" {
  type = string
}

variable "predict_route" {
  type = string
}

variable "machine_type" {
  type        = string
  description = "Machine type, chosen by what was measured."
}

variable "accelerator" {
  type        = string
  description = "Of gcloud's --accelerator, e.g. type=nvidia-l4,count=1; empty: none."
  default     = ""
}

variable "min_replicas" {
  type    = number
  default = 2
}

variable "max_replicas" {
  type    = number
  default = 10
}

variable "startup_seconds" {
  type        = number
  description = "Until a copy is ready: models opened, golden outputs reproduced."
}

variable "traffic_percent" {
  type        = number
  description = "Share of the traffic for what is deployed next; the rest stays where it is. 100 for the first."
  default     = 100
}
`,
  'main.tf': `locals {
  # Display names hold at most 128 signs.
  display_name = var.title == "" ? var.name : substr(var.title, 0, 128)
}

resource "google_project_service" "aiplatform" {
  service            = "aiplatform.googleapis.com"
  disable_on_destroy = false
}

resource "google_service_account" "serving" {
  account_id   = "\${substr(var.name, 0, 22)}-serving"
  display_name = substr(local.display_name, 0, 100)
}

# An endpoint's id is a number, without a nought in front.
resource "random_integer" "endpoint" {
  min = 1000000000
  max = 2147483647

  keepers = {
    name = var.name
  }
}

resource "google_vertex_ai_endpoint" "this" {
  name         = tostring(random_integer.endpoint.result)
  display_name = local.display_name
  location     = var.region
  labels       = { tributary = var.name }

  lifecycle {
    # What the deployments below change.
    ignore_changes = [traffic_split]
  }

  depends_on = [google_project_service.aiplatform]
}

resource "terraform_data" "model" {
  triggers_replace = [var.image, var.pipeline_version, var.http_port, var.health_route, var.predict_route]

  provisioner "local-exec" {
    command = "bash \\"$MODULE/upload.sh\\""

    environment = {
      MODULE        = path.module
      PROJECT       = var.project
      REGION        = var.region
      NAME          = var.name
      DISPLAY_NAME  = local.display_name
      ALIAS         = var.pipeline_version
      IMAGE         = var.image
      PORT          = tostring(var.http_port)
      HEALTH_ROUTE  = var.health_route
      PREDICT_ROUTE = var.predict_route
      START_SECONDS = tostring(var.startup_seconds)
    }
  }

  depends_on = [google_project_service.aiplatform]
}

resource "terraform_data" "deployment" {
  triggers_replace = [terraform_data.model.id, var.machine_type, var.accelerator, var.min_replicas, var.max_replicas]

  provisioner "local-exec" {
    command = "bash \\"$MODULE/deploy.sh\\""

    environment = {
      MODULE          = path.module
      PROJECT         = var.project
      REGION          = var.region
      NAME            = var.name
      DISPLAY_NAME    = local.display_name
      ALIAS           = var.pipeline_version
      ENDPOINT        = google_vertex_ai_endpoint.this.name
      MACHINE         = var.machine_type
      ACCELERATOR     = var.accelerator
      MIN_REPLICAS    = tostring(var.min_replicas)
      MAX_REPLICAS    = tostring(var.max_replicas)
      TRAFFIC         = tostring(var.traffic_percent)
      SERVICE_ACCOUNT = google_service_account.serving.email
    }
  }
}
`,
  'upload.sh': `#!/usr/bin/env bash
# Uploads the image as a model; a new version of it where there is one by that name.
set -euo pipefail
parent=()
if gcloud ai models describe "$NAME" --project="$PROJECT" --region="$REGION" >/dev/null 2>&1; then
  parent=("--parent-model=projects/$PROJECT/locations/$REGION/models/$NAME")
else
  parent=("--model-id=$NAME")
fi
gcloud ai models upload "\${parent[@]}" \\
  --project="$PROJECT" \\
  --region="$REGION" \\
  --display-name="$DISPLAY_NAME" \\
  --version-aliases="$ALIAS,default" \\
  --container-image-uri="$IMAGE" \\
  --container-ports="$PORT" \\
  --container-health-route="$HEALTH_ROUTE" \\
  --container-predict-route="$PREDICT_ROUTE" \\
  --container-deployment-timeout-seconds="$START_SECONDS"
`,
  'deploy.sh': `#!/usr/bin/env bash
# Puts the uploaded version behind the endpoint, beside what is there, with its share of the traffic.
set -euo pipefail
describe() {
  gcloud ai endpoints describe "$ENDPOINT" --project="$PROJECT" --region="$REGION" "$@"
}
split="0=$TRAFFIC"
before=$(describe --format='value(deployedModels[0].id)')
if [ -n "$before" ] && [ "$TRAFFIC" -lt 100 ]; then
  split="$split,$before=$((100 - TRAFFIC))"
fi
extra=()
if [ -n "$ACCELERATOR" ]; then
  extra=("--accelerator=$ACCELERATOR")
fi
gcloud ai endpoints deploy-model "$ENDPOINT" \\
  --project="$PROJECT" \\
  --region="$REGION" \\
  --model="$NAME@$ALIAS" \\
  --display-name="$DISPLAY_NAME" \\
  --machine-type="$MACHINE" \\
  --min-replica-count="$MIN_REPLICAS" \\
  --max-replica-count="$MAX_REPLICAS" \\
  --autoscaling-metric-specs=cpu-usage=70 \\
  --service-account="$SERVICE_ACCOUNT" \\
  --traffic-split="$split" \${extra[@]+"\${extra[@]}"}
`,
  'outputs.tf': `output "endpoint" {
  description = "For gcloud ai endpoints predict."
  value       = google_vertex_ai_endpoint.this.id
}
`,
};
