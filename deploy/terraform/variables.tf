# What an installation decides. Defaults are the specification's where it has one.

variable "name" {
  description = "What everything is called, and begins with; one installation a name and region."
  type        = string
  default     = "slidecraft"
}

variable "tags" {
  description = "Tags on whatever takes them."
  type        = map(string)
  default     = {}
}

variable "vpc_id" {
  description = "The network that the cluster's nodes are in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of that network in two zones or more: the database and Redis stand there."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups of the cluster's nodes, or of its pods: who may reach the database and Redis."
  type        = set(string)
}

variable "oidc_provider_arn" {
  description = "The identity provider of the cluster in IAM, that its service accounts are trusted by."
  type        = string
}

variable "oidc_issuer" {
  description = "The issuer of the cluster without https://, as conditions of IAM name it."
  type        = string
}

variable "namespace" {
  description = "The namespace that deploy/k8s/overlays/prod applies to."
  type        = string
  default     = "slidecraft"
}

variable "service_account" {
  description = "The service account of deploy/k8s/base/services.yaml."
  type        = string
  default     = "slidecraft"
}

variable "database_class" {
  description = "Class of the primary and of its replica: 2 vCPU and 8 GiB (specification)."
  type        = string
  default     = "db.m7g.large"
}

variable "database_version" {
  description = "Major version of PostgreSQL, 13 or newer."
  type        = string
  default     = "16"
}

variable "database_connections" {
  description = "max_connections: more than [database] connections of all pods there may be at once."
  type        = number
  default     = 700
}

variable "database_gib" {
  description = "Storage to begin with, GiB."
  type        = number
  default     = 100
}

variable "database_gib_most" {
  description = "Storage that the database may grow to by itself, GiB."
  type        = number
  default     = 1000
}

variable "database_multi_az" {
  description = "Whether the primary has a standby in another zone."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "How long backups of the database are kept, and old versions of objects beside them, in days; AWS keeps 35 at most."
  type        = number
  default     = 14
}

variable "redis_class" {
  description = "Class of the nodes of Redis: 25,000 events a second fit one (docs/SCALE.md)."
  type        = string
  default     = "cache.m7g.large"
}

variable "bucket" {
  description = "Name of the bucket, unique in the world."
  type        = string
}

variable "bucket_origins" {
  description = "Origins of pages that send parts of an upload straight into the bucket, https://app.example.com, say."
  type        = list(string)
  default     = []
}

variable "abort_days" {
  description = "Parts of uploads that nobody finished go after so many days: later than [uploads] expiry, and a day for clocks that are wrong."
  type        = number
  default     = 2
}

variable "secrets_version" {
  description = "Raise it, and new passwords are made and set; pods have to be started anew then."
  type        = number
  default     = 1
}

variable "deletion_protection" {
  description = "Whether the database refuses to be deleted, and the bucket while there is something in it."
  type        = bool
  default     = true
}
