/** A Terraform module that brings the server to a machine that is there already, by SSH: constant text, and no provider to fetch. */
export const machineTerraform: Readonly<Record<string, string>> = {
  'versions.tf': `terraform {
  required_version = ">= 1.5"
}
`,
  'variables.tf': `variable "host" {
  type        = string
  description = "Address of the machine: Linux with systemd and Docker."
}

variable "user" {
  type        = string
  description = "Who may log in there and use sudo."
  default     = "root"
}

variable "private_key_file" {
  type        = string
  description = "Key for SSH; empty: your agent's."
  default     = ""
}

variable "name" {
  type        = string
  description = "Name of the service: tributary@NAME."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.name))
    error_message = "Small letters, digits and dashes, a letter first, at most 63."
  }
}

variable "title" {
  type        = string
  description = "The pipeline, as its author calls it."
}

variable "image" {
  type        = string
  description = "The pipeline's image, in a registry that the machine can read, or loaded there."

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._:/@-]*$", var.image))
    error_message = "A name of an image."
  }
}

variable "http_port" {
  type = number
}

variable "grpc_port" {
  type = number
}

variable "memory_mib" {
  type        = number
  description = "Most memory that the container may take."
}

variable "gpu" {
  type        = bool
  description = "Whether the container gets the machine's NVIDIA cards."
}

variable "startup_seconds" {
  type        = number
  description = "How long to wait until it is ready."
}
`,
  'main.tf': `locals {
  unit = file("\${path.module}/../tributary@.service")

  settings = join("\\n", [
    "TRIBUTARY_IMAGE=\${var.image}",
    "TRIBUTARY_HTTP_PORT=\${var.http_port}",
    "TRIBUTARY_GRPC_PORT=\${var.grpc_port}",
    "TRIBUTARY_MEMORY=\${var.memory_mib}m",
    "TRIBUTARY_DOCKER_OPTIONS=\${var.gpu ? "--gpus=all" : ""}",
    "",
  ])
}

resource "terraform_data" "server" {
  triggers_replace = [var.host, sha256(local.unit), sha256(local.settings)]

  connection {
    type        = "ssh"
    host        = var.host
    user        = var.user
    private_key = var.private_key_file == "" ? null : file(var.private_key_file)
    agent       = var.private_key_file == ""
  }

  provisioner "file" {
    content     = local.unit
    destination = "/tmp/tributary@.service"
  }

  provisioner "file" {
    content     = local.settings
    destination = "/tmp/tributary-\${var.name}.env"
  }

  provisioner "remote-exec" {
    inline = [
      "set -eu",
      "sudo install -D -m 0644 /tmp/tributary@.service /etc/systemd/system/tributary@.service",
      "sudo install -D -m 0644 /tmp/tributary-\${var.name}.env /etc/tributary/\${var.name}.env",
      "sudo systemctl daemon-reload",
      "sudo systemctl enable tributary@\${var.name}",
      "sudo systemctl restart tributary@\${var.name}",
      "for i in $(seq \${ceil(var.startup_seconds / 2)}); do curl -fsS http://127.0.0.1:\${var.http_port}/readyz && exit 0; sleep 2; done; sudo journalctl -n 50 -u tributary@\${var.name}; exit 1",
    ]
  }
}
`,
  'outputs.tf': `output "address" {
  value = "http://\${var.host}:\${var.http_port}"
}
`,
};
