# What deploy/k8s needs of it.

data "aws_region" "current" {}

output "environment" {
  description = "Variables that are no secret: for the ConfigMap slidecraft."
  value = {
    SLIDECRAFT__OBJECTS__BUCKET = aws_s3_bucket.this.id
    SLIDECRAFT__OBJECTS__REGION = data.aws_region.current.region
  }
}

output "secret_environment" {
  description = "Where the variables are that are secret, as one JSON object: for the Secret slidecraft."
  value       = aws_secretsmanager_secret.environment.arn
}

output "service_account_annotations" {
  description = "What the ServiceAccount slidecraft has to be annotated with, so that its pods have the role."
  value = {
    "eks.amazonaws.com/role-arn" = aws_iam_role.this.arn
  }
}
