"""Puts the scores of 'hw4 grade --gradebook nbgrader' into the gradebook of nbgrader.

    python3 scores.py gradebook.db scores.csv
"""

import csv
import os
import sys

# nbgrader calls a program that stands beside its own Python.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]

from nbgrader.api import Gradebook


def main(database: str, scores: str) -> None:
    with Gradebook(f"sqlite:///{database}") as gradebook, open(scores, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row["assignment"]
            gradebook.update_or_create_assignment(name)
            gradebook.update_or_create_student(row["student_id"])
            notebook, cell = "answers", "score"
            gradebook.update_or_create_notebook(notebook, name)
            gradebook.update_or_create_grade_cell(
                cell, notebook, name, max_score=float(row["max_score"]), cell_type="code")
            gradebook.update_or_create_submission(name, row["student_id"])
            grade = gradebook.find_grade(cell, notebook, name, row["student_id"])
            grade.manual_score, grade.auto_score, grade.needs_manual_grade = float(row["score"]), None, False
            gradebook.db.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
